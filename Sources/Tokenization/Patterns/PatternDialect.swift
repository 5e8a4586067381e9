/// Rewrites a pattern from Oniguruma's dialect, in which tokenizer.json is written, to PCRE2's.
///
/// The two agree on what tokenizers use except for the meaning of `\s`, `\w`, `\h`, of script
/// names, of `{n,m}+`, and for the version of Unicode. What cannot be rewritten is refused.
struct PatternDialect {
  /// A construct without an equal in PCRE2.
  struct Unsupported: Error {
    let reason: String
  }

  /// The pattern in PCRE2's dialect; matched with `UTF`, `UCP` and `MULTILINE`.
  static func pcre2(_ pattern: String) throws(Unsupported) -> String {
    var dialect = PatternDialect(pattern)
    try dialect.rewrite()
    return dialect.output
  }

  private let input: [Unicode.Scalar]
  private var position = 0
  private var output = ""
  private var classDepth = 0

  private init(_ pattern: String) {
    input = Array(pattern.unicodeScalars)
  }

  private mutating func rewrite() throws(Unsupported) {
    while position < input.count {
      let scalar = input[position]
      position += 1
      switch scalar {
      case "\\": try escape()
      case "[": try openClass()
      case "]" where classDepth > 0: closeClass()
      case "&" where classDepth > 0 && peek == "&":
        throw Unsupported(reason: "intersections of character classes (&&)")
      case "}" where classDepth == 0 && peek == "+":
        throw Unsupported(reason: "an interval followed by + (write a group around the interval)")
      case "(" where classDepth == 0 && peek == "?": try group()
      default: output.unicodeScalars.append(scalar)
      }
    }
  }

  private var peek: Unicode.Scalar? { position < input.count ? input[position] : nil }

  private mutating func openClass() throws(Unsupported) {
    if classDepth > 0 {
      guard peek == ":" else { throw Unsupported(reason: "a character class inside another") }
      output += "["
      while let scalar = peek {
        position += 1
        output.unicodeScalars.append(scalar)
        if scalar == "]" { return }
      }
      return
    }
    classDepth = 1
    output += "["
    if peek == "^" {
      position += 1
      output += "^"
    }
    if peek == "]" {
      position += 1
      output += "\\]"
    }
  }

  private mutating func closeClass() {
    classDepth = 0
    output += "]"
  }

  /// Inline options: `(?m)` means "dot matches newline" in Oniguruma.
  private mutating func group() throws(Unsupported) {
    let rest = input[position...].dropFirst().prefix { $0 != ")" && $0 != ":" }
    let isOption = rest.allSatisfy { "imxs-".unicodeScalars.contains($0) }
    guard !(isOption && rest.contains { $0 == "m" || $0 == "s" }) else {
      throw Unsupported(reason: "the inline options m and s")
    }
    output += "("
  }

  private mutating func escape() throws(Unsupported) {
    guard let scalar = peek else { throw Unsupported(reason: "a trailing backslash") }
    position += 1
    switch scalar {
    case "s": appendClass("\\p{White_Space}")
    case "S": try appendComplement("\\P{White_Space}", of: "\\p{White_Space}")
    case "w": appendClass(Self.word)
    case "W": try appendComplement(nil, of: Self.word)
    case "d": appendClass("\\p{Nd}" + UnicodeAdditions.classMembers(of: "Nd"))
    case "D":
      try appendComplement(nil, of: "\\p{Nd}" + UnicodeAdditions.classMembers(of: "Nd"))
    case "p": try property(negated: false)
    case "P": try property(negated: true)
    case "h": appendClass("0-9A-Fa-f")
    case "H": try appendComplement(nil, of: "0-9A-Fa-f")
    case "b", "B":
      guard classDepth > 0 else { throw Unsupported(reason: "word borders (\\b)") }
      output += "\\b"
    case "R", "X", "K", "k", "g", "G", "y", "Y", "N", "O":
      throw Unsupported(reason: "the escape \\\(scalar)")
    default:
      output += "\\"
      output.unicodeScalars.append(scalar)
    }
  }

  /// `\w`: Alphabetic, M, Nd, Pc, and the numbers of Latin-1.
  private static let word =
    "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\x{B2}\\x{B3}\\x{B9}\\x{BC}-\\x{BE}"
    + ["L", "M", "Nd", "Pc"].map(UnicodeAdditions.classMembers).joined()

  private mutating func appendClass(_ members: String) {
    output += classDepth > 0 ? members : "[\(members)]"
  }

  private mutating func appendComplement(
    _ simple: String?, of members: String
  ) throws(Unsupported) {
    if classDepth == 0 {
      output += "[^\(members)]"
    } else if let simple {
      output += simple
    } else {
      throw Unsupported(reason: "a negated escape inside a character class")
    }
  }

  private mutating func property(negated: Bool) throws(Unsupported) {
    guard peek == "{", let close = input[position...].firstIndex(of: "}") else {
      throw Unsupported(reason: "a property without braces")
    }
    var name = String(String.UnicodeScalarView(input[position + 1..<close]))
    position = close + 1
    var negated = negated
    if name.hasPrefix("^") {
      name.removeFirst()
      negated.toggle()
    }
    let additions: String
    if Self.generalCategories.contains(name) {
      additions = UnicodeAdditions.classMembers(of: name)
    } else if name == "White_Space" {
      additions = ""
    } else {
      guard !Self.unstableProperties.contains(name) else {
        throw Unsupported(reason: "the property \(name)")
      }
      additions = UnicodeAdditions.classMembers(of: name)
      // PCRE2 reads a bare script name as its extensions, Oniguruma as the script.
      name = "sc:" + name
    }
    if !negated {
      additions.isEmpty ? output += "\\p{\(name)}" : appendClass("\\p{\(name)}" + additions)
    } else if additions.isEmpty {
      output += "\\P{\(name)}"
    } else {
      try appendComplement(nil, of: "\\p{\(name)}" + additions)
    }
  }

  private static let generalCategories: Set<String> = [
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc",
    "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp",
    "Cc", "Cf", "Co", "Cs",
  ]
  /// Properties that differ between versions of Unicode in more than the tables below say.
  private static let unstableProperties: Set<String> = ["Alphabetic", "C", "Cn"]
}
