import Architecture
import Checkpoints
import Foundation
import LinearAlgebra
import TestSupport
import Testing
import Transformer

/// Bits that must not depend on company, order, threads, residency, caches or onlookers.
///
/// Run under each `OPENBLAS_CORETYPE`, since kernels differ in what a row's bits depend on.
@Suite("Invariance")
struct InvarianceTests {
  /// A decoder with matrices of both kinds that OpenBLAS treats differently: very small, and not.
  static let decoders = [
    TinyDecoder("llama"),
    TinyDecoder("mistral") { $0.config["sliding_window"] = "21" },
    TinyDecoder("qwen2") {
      ($0.width, $0.heads, $0.keyValueHeads, $0.headWidth) = (192, 6, 2, 32)
      ($0.hidden, $0.vocabulary, $0.layers) = (512, 700, 3)
    },
  ]

  /// A model whose files are mapped, so that they may go.
  private func model(
    _ decoder: TinyDecoder, threads: Int = 1, residency: DecoderModel.Residency = .resident
  ) throws -> DecoderModel {
    let directory = try TemporaryDirectory()
    try decoder.write(seed: 5, to: directory.url)
    return DecoderModel(
      try ModelCheckpoint.open(directory.url), residency: residency, threads: threads)
  }

  /// Questions with four choices each, all behind one header, and a text alone.
  private func requests(_ decoder: TinyDecoder) -> [TokenScoringRequest] {
    func tokens(_ count: Int, _ seed: UInt64) -> [Int] {
      randomTokens(count, vocabulary: decoder.vocabulary, seed: seed)
    }
    let header = tokens(29, 1)
    let questions = (0..<9).flatMap { question -> [TokenScoringRequest] in
      let context = header + tokens(7 + 5 * question, UInt64(10 + question))
      return (0..<4).map {
        TokenScoringRequest(
          context: context, continuation: tokens(1 + $0, UInt64(100 + 4 * question + $0)))
      }
    }
    return questions + [TokenScoringRequest(context: [3], continuation: tokens(140, 7))]
  }

  @Test("A score is the same alone, in a batch, in any order", arguments: decoders)
  func company(decoder: TinyDecoder) throws {
    let model = try model(decoder)
    let requests = requests(decoder)
    let together = try model.score(requests)
    #expect(try model.score(requests.reversed()) == together.reversed())
    #expect(try requests.map { try model.score([$0])[0] } == together)
  }

  @Test("A score is the same on any number of threads", arguments: decoders)
  func threads(decoder: TinyDecoder) throws {
    let requests = requests(decoder)
    let scores = try [1, 2, 5].map { try model(decoder, threads: $0).score(requests) }
    #expect(scores[0] == scores[1] && scores[1] == scores[2])
  }

  @Test("Activations and logits are the same alone and in a batch", arguments: decoders)
  func activations(decoder: TinyDecoder) throws {
    let model = try model(decoder)
    let sequences = [3, 30, 61, 100].map {
      randomTokens($0, vocabulary: decoder.vocabulary, seed: UInt64($0))
    }
    let sites = allSites(layers: decoder.layers)
    let together = try model.activations(sequences, at: sites)
    let logits = try model.logits(sequences)
    for (index, sequence) in sequences.enumerated() {
      #expect(try model.activations([sequence], at: sites)[0] == together[index])
      #expect(try model.logits([sequence])[0] == logits[index])
    }
  }

  @Test("Later tokens change nothing before them", arguments: decoders)
  func causality(decoder: TinyDecoder) throws {
    let model = try model(decoder)
    let tokens = randomTokens(90, vocabulary: decoder.vocabulary, seed: 3)
    let whole = try model.logits([tokens])[0]
    for length in [1, 2, 47, 48, 49, 80] {
      let changed = tokens[..<length] + tokens[length...].map { ($0 + 1) % decoder.vocabulary }
      for sequence in [Array(tokens[..<length]), Array(changed)] {
        let logits = try model.logits([sequence])[0]
        #expect(logits.rows(0..<length) == whole.rows(0..<length))
      }
    }
  }

  @Test("A prefix that is shared gives the same logits as one that is not", arguments: decoders)
  func prefixes(decoder: TinyDecoder) throws {
    let model = try model(decoder)
    let prefix = randomTokens(55, vocabulary: decoder.vocabulary, seed: 4)
    let sequences = (0..<5).map {
      prefix + randomTokens(3 + $0, vocabulary: decoder.vocabulary, seed: UInt64($0))
    }
    let shared = try model.logits(sequences + [prefix])
    // Observed sequences share nothing.
    let apart = try model.logits(sequences + [prefix], observer: SiteRecorder([]))
    #expect(shared == apart)
  }

  @Test("A streamed model gives the bits of a resident one", arguments: decoders)
  func residency(decoder: TinyDecoder) throws {
    let requests = requests(decoder)
    #expect(
      try model(decoder, residency: .streamed).score(requests) == model(decoder).score(requests))
  }

  @Test("Going on from a kept residual stream gives the bits of a whole pass", arguments: decoders)
  func states(decoder: TinyDecoder) throws {
    let model = try model(decoder)
    let batch = try model.prepare(requests(decoder))
    let whole = try model.score(batch)
    var state: ScoringState?
    for layer in 0...decoder.layers {
      state = try model.state(of: batch, before: layer, from: state)
      #expect(state?.layer == layer)
      #expect(try model.score(batch, from: state) == whole)
    }
  }

  @Test("An edited layer scored from the base's state gives the bits of the edited model")
  func sweep() throws {
    let decoder = Self.decoders[2]
    let model = try model(decoder)
    let directory = try TemporaryDirectory()
    try decoder.writeTuned(seed: 5, tuningSeed: 8, scale: 0.5, to: directory.url)
    let tuned = try ModelCheckpoint.open(directory.url)
    let name = "model.layers.1.mlp.up_proj.weight"
    let edited = model.overlaying(tuned.source, changing: [name])
    let batch = try model.prepare(requests(decoder))
    let state = try model.state(of: batch, before: 1)
    let scores = try edited.score(batch, from: state)
    #expect(try edited.score(batch) == scores)
    #expect(try model.score(batch) != scores)
  }

  @Test("An overlay of the same values, or of none, changes no bit")
  func overlay() throws {
    let decoder = Self.decoders[0]
    let directory = try TemporaryDirectory()
    try decoder.write(seed: 5, to: directory.url)
    let source = try ModelCheckpoint.open(directory.url).source
    let model = try model(decoder)
    let requests = requests(decoder)
    let expected = try model.score(requests)
    #expect(try model.overlaying(source, changing: []).score(requests) == expected)
    let names = model.weights.entries.map(\.name)
    #expect(try model.overlaying(source, changing: names).score(requests) == expected)
  }

  @Test("An observer that changes nothing changes no bit", arguments: decoders)
  func onlookers(decoder: TinyDecoder) throws {
    let model = try model(decoder)
    let sequences = [70, 12].map {
      randomTokens($0, vocabulary: decoder.vocabulary, seed: UInt64($0))
    }
    let sites = allSites(layers: decoder.layers)
    let expected = try model.logits(sequences)
    let untouched = Dictionary(
      uniqueKeysWithValues: sites.map { ($0, { @Sendable (_: SiteActivations) in }) })
    #expect(try model.logits(sequences, observer: SiteReplacement(untouched)) == expected)
    #expect(try model.logits(sequences, observer: SiteRecorder(sites)) == expected)
  }
}
