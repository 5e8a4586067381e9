import Foundation
import JSON

/// Finds and reads the tokenizer of a Hugging Face directory.
public enum TokenizerLoader {
  /// Loads tokenizer.json, else tokenizer.model.
  ///
  /// tokenizer.json is followed literally. For tokenizer.model, `add_bos_token` (default true) and
  /// `add_eos_token` (default false) of tokenizer_config.json say what encoding adds. The special
  /// tokens are those of tokenizer_config.json, then special_tokens_map.json, then the BOS and EOS
  /// ids of config.json if the first two name none.
  ///
  /// - Parameters:
  ///   - directory: The model's directory.
  ///   - warn: Called with what a user should know: both files are there and disagree.
  /// - Returns: A tokenizer that may be shared between threads.
  /// - Throws: ``TokenizerError`` that names the file and the JSON path of what is wrong.
  public static func load(
    directory: URL, warn: (String) -> Void = { _ in }
  ) throws -> any Tokenizer {
    let configuration = try TokenizerConfiguration(
      tokenizerConfig: json("tokenizer_config.json", in: directory),
      specialTokensMap: json("special_tokens_map.json", in: directory),
      modelConfig: json("config.json", in: directory))
    let serialized = try bytes("tokenizer.model", in: directory)
    if let document = try json("tokenizer.json", in: directory) {
      let tokenizer = try PipelineTokenizer(document, names: configuration.names)
      if let serialized, let model = try? SentencePieceModel(serialized),
        model.size != tokenizer.modelVocabularySize
      {
        warn(
          """
          \(directory.path): tokenizer.json has a vocabulary of \(tokenizer.modelVocabularySize), \
          tokenizer.model one of \(model.size); tokenizer.json is used
          """)
      }
      return tokenizer
    }
    guard let serialized else { throw TokenizerError.missingFiles(directory: directory.path) }
    return try SentencePieceTokenizer(
      serialized, names: configuration.names, addsBOS: configuration.addsBOS,
      addsEOS: configuration.addsEOS)
  }

  /// The files of a directory that ``load(directory:warn:)`` reads: all that ids depend on.
  public static func files(in directory: URL) -> [URL] {
    [
      "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json",
      "config.json",
    ]
    .map { directory.appendingPathComponent($0) }
    .filter { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// The bytes of a file, or nil if there is none.
  private static func bytes(_ name: String, in directory: URL) throws -> [UInt8]? {
    let file = directory.appendingPathComponent(name)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    do {
      return [UInt8](try Data(contentsOf: file))
    } catch {
      throw TokenizerError.unreadable(file: file.path, reason: error.localizedDescription)
    }
  }

  private static func json(_ name: String, in directory: URL) throws -> JSONValue? {
    guard let bytes = try bytes(name, in: directory) else { return nil }
    do {
      return try JSONParser.parse(bytes)
    } catch let error as JSONError {
      let file = directory.appendingPathComponent(name)
      throw TokenizerError.unreadable(file: file.path, reason: error.description)
    }
  }
}
