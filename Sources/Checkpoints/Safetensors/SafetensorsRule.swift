/// A rule of the safetensors format, and what was found instead.
public enum SafetensorsRule: Sendable, Equatable, CustomStringConvertible {
  case fileTooSmall(bytes: Int)
  case headerTooLarge(bytes: UInt64)
  case headerBeyondFile(header: UInt64, file: Int)
  case headerStart
  case invalidJSON(String)
  case notAnObject(found: String)
  case invalidMetadata(String)
  case missingField(String)
  case unknownField(String)
  case invalidField(String, found: String)
  case unsupportedDType(String)
  case tooManyDimensions(Int)
  case sizeOverflow
  case wrongSize(expected: Int, found: Int)
  case offsetsReversed
  case gap(expected: Int, found: Int)
  case wrongLength(expected: Int, found: Int)
  case reservedName
  case duplicateName

  /// The rule and what was found instead.
  public var description: String {
    switch self {
    case .fileTooSmall(let bytes): "a file has at least 8 bytes, found \(bytes)"
    case .headerTooLarge(let bytes): "a header has at most 100000000 bytes, found \(bytes)"
    case .headerBeyondFile(let header, let file):
      "the header of \(header) bytes ends beyond the file of \(file)"
    case .headerStart: "the header must begin with {"
    case .invalidJSON(let problem): "the header is \(problem)"
    case .notAnObject(let found): "an entry must be an object, found \(found)"
    case .invalidMetadata(let found): "__metadata__ maps texts to texts, found \(found)"
    case .missingField(let field): "the entry has no \"\(field)\""
    case .unknownField(let field): "the entry has an unknown field \"\(field)\""
    case .invalidField(let field, let found): "\"\(field)\" cannot be \(found)"
    case .unsupportedDType(let dtype):
      "dtype \(dtype) is not supported; supported: BF16, F16, F32, F64"
    case .tooManyDimensions(let count): "at most 8 dimensions are read, found \(count)"
    case .sizeOverflow: "the product of its sizes overflows"
    case .wrongSize(let expected, let found):
      "its shape and dtype take \(expected) bytes, its offsets span \(found)"
    case .offsetsReversed: "its data end before they begin"
    case .gap(let expected, let found):
      "data must follow each other: expected offset \(expected), found \(found)"
    case .wrongLength(let expected, let found):
      "the file must end with the last tensor: expected \(expected) bytes, found \(found)"
    case .reservedName: "no tensor can be called __metadata__"
    case .duplicateName: "two tensors have this name"
    }
  }
}
