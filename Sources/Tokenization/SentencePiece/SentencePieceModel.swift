internal import CSentencePiece
import Foundation

/// A model of the SentencePiece library, owned.
///
/// Unchecked: the library only reads the model after loading, from any thread.
final class SentencePieceModel: @unchecked Sendable {
  /// A token and the bytes of the text that it covers.
  struct Piece {
    var id: Int
    var bytes: Range<Int>
  }

  private let handle: OpaquePointer
  /// Ids run from 0 to below this.
  let size: Int
  let bosID: Int?
  let eosID: Int?
  let unkID: Int?
  let padID: Int?

  /// Reads the bytes of a tokenizer.model.
  init(_ bytes: [UInt8]) throws {
    handle = try Self.reporting { message, capacity in
      bytes.withUnsafeBytes { sp_model_create($0.baseAddress, $0.count, message, capacity) }
    }
    size = Int(sp_model_size(handle))
    let ids = sp_model_special_ids(handle)
    func present(_ id: Int32) -> Int? { id >= 0 ? Int(id) : nil }
    (bosID, eosID) = (present(ids.bos), present(ids.eos))
    (unkID, padID) = (present(ids.unk), present(ids.pad))
  }

  deinit {
    sp_model_destroy(handle)
  }

  /// The vocabulary text of an id from 0 to below ``size``.
  func piece(_ id: Int) -> [UInt8] {
    var count = 0
    guard let bytes = sp_model_piece(handle, Int32(id), &count) else { return [] }
    return UnsafeBufferPointer(start: bytes, count: count).map(UInt8.init(bitPattern:))
  }

  /// Whether an id from 0 to below ``size`` stands for no text.
  func isControl(_ id: Int) -> Bool { sp_model_is_control(handle, Int32(id)) }

  func encode(_ text: String) throws -> [Piece] {
    var text = text
    return try text.withUTF8 { bytes in
      var pieces: UnsafeMutablePointer<SPPiece>?
      var count = 0
      let found = try Self.reporting { message, capacity in
        bytes.withMemoryRebound(to: CChar.self) {
          sp_model_encode(handle, $0.baseAddress, $0.count, &pieces, &count, message, capacity)
            ? pieces : nil
        }
      }
      defer { free(found) }
      return UnsafeBufferPointer(start: found, count: count).map {
        Piece(id: Int($0.id), bytes: Int($0.begin)..<Int($0.end))
      }
    }
  }

  /// The text of ids from 0 to below ``size``.
  func decode(_ ids: [Int]) throws -> String {
    var text: UnsafeMutablePointer<CChar>?
    var length = 0
    let narrow = ids.map(Int32.init)
    let found = try Self.reporting { message, capacity in
      narrow.withUnsafeBufferPointer {
        sp_model_decode(handle, $0.baseAddress, $0.count, &text, &length, message, capacity)
          ? text : nil
      }
    }
    defer { free(found) }
    let bytes = UnsafeBufferPointer(start: found, count: length)
    return String(decoding: bytes.lazy.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Calls into the library; a nil result becomes an error with the library's message.
  private static func reporting<Result>(
    _ body: (UnsafeMutablePointer<CChar>?, Int) -> Result?
  ) throws -> Result {
    var message = [CChar](repeating: 0, count: 512)
    let result = message.withUnsafeMutableBufferPointer { body($0.baseAddress, $0.count) }
    if let result { return result }
    let text = message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    throw TokenizerError.sentencePiece(String(decoding: text, as: UTF8.self))
  }
}
