import Crypto
import Foundation

/// SHA-256 of files and of texts, as lower-case hex.
public enum ContentHash {
  /// Bytes read at a time.
  private static let blockSize = 4 << 20

  /// The hash of a file's bytes.
  ///
  /// - Throws: ``ExperimentError/unreadable(path:reason:)``.
  public static func sha256(of file: URL) throws -> String {
    do {
      let handle = try FileHandle(forReadingFrom: file)
      defer { try? handle.close() }
      var hash = SHA256()
      while let block = try handle.read(upToCount: blockSize), !block.isEmpty {
        hash.update(data: block)
      }
      return hex(hash.finalize())
    } catch {
      throw ExperimentError.unreadable(path: file.path, reason: "\(error.localizedDescription)")
    }
  }

  /// The hash of a text's UTF-8 bytes.
  public static func sha256(of text: String) -> String {
    hex(SHA256.hash(data: Data(text.utf8)))
  }

  private static func hex(_ digest: SHA256.Digest) -> String {
    digest.map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0" + text : text
    }.joined()
  }
}
