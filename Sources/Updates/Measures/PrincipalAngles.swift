import Foundation
import LinearAlgebra

/// The principal angles between two subspaces of equal dimension.
struct PrincipalAngles: Sendable {
  /// The angles in radians, non-decreasing.
  let radians: [Double]

  /// Measures the angles between the spans of orthonormal rows.
  ///
  /// - Parameters:
  ///   - first: shape [k, d].
  ///   - second: shape [k, d].
  /// - Throws: ``DecompositionError``.
  /// - Numerics: the arc sine of the singular values of A₂ − A₂A₁ᵀA₁ below 45°, where the arc cosine
  ///   of those of A₁A₂ᵀ loses half the digits. Source: Björck & Golub 1973, Math. Comp. 27:579.
  init(between first: Matrix<Double>, and second: Matrix<Double>) throws {
    let cross = second.multiplied(first, .plain, .transposed)
    let cosines = try cross.singularValues()
    let sines = try (second - cross * first).singularValues().reversed()
    radians = zip(cosines, sines).map { cosine, sine in
      cosine * cosine > 0.5 ? asin(min(sine, 1)) : acos(min(cosine, 1))
    }
  }

  /// The angles in degrees, non-decreasing.
  var degrees: [Double] { radians.map { $0 * 180 / .pi } }

  /// ‖sin Θ‖₂.
  var largestSine: Double { sin(radians.last ?? 0) }
}
