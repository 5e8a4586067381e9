/// A real number type that OpenBLAS and LAPACK compute with: `Float` or `Double`.
///
/// The requirements are the C routines that this module uses, named as in LAPACK and taking
/// row-major matrices (`gemm`, `syrk`) or column-major ones (LAPACK). Callers use the functions on
/// ``Matrix``; these stay inside the package.
public protocol RealScalar: BinaryFloatingPoint, Sendable, SIMDScalar, Codable
where RawSignificand: FixedWidthInteger, Stride == Self {
  /// c ← α·op(a)·op(b) + β·c, row-major, op(a) of shape [m, k].
  static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int32, n: Int32, k: Int32, alpha: Self,
    a: UnsafePointer<Self>, lda: Int32, b: UnsafePointer<Self>, ldb: Int32, beta: Self,
    c: UnsafeMutablePointer<Self>, ldc: Int32)

  /// The upper triangle of c ← α·a·aᵀ (or α·aᵀ·a), row-major, c of shape [n, n].
  static func syrk(
    transpose: Bool, n: Int32, k: Int32, alpha: Self, a: UnsafePointer<Self>, lda: Int32,
    c: UnsafeMutablePointer<Self>, ldc: Int32)

  /// LAPACK `gesdd`, column-major; returns info.
  static func gesdd(
    job: CChar, m: Int32, n: Int32, a: UnsafeMutablePointer<Self>, s: UnsafeMutablePointer<Self>,
    u: UnsafeMutablePointer<Self>?, ldu: Int32, vt: UnsafeMutablePointer<Self>?, ldvt: Int32
  ) -> Int32

  /// LAPACK `gesvd`, column-major; returns info.
  static func gesvd(
    job: CChar, m: Int32, n: Int32, a: UnsafeMutablePointer<Self>, s: UnsafeMutablePointer<Self>,
    u: UnsafeMutablePointer<Self>?, ldu: Int32, vt: UnsafeMutablePointer<Self>?, ldvt: Int32,
    superb: UnsafeMutablePointer<Self>
  ) -> Int32

  /// LAPACK `syevd` on the upper triangle of a column-major matrix; returns info.
  static func syevd(
    job: CChar, n: Int32, a: UnsafeMutablePointer<Self>, w: UnsafeMutablePointer<Self>
  ) -> Int32

  /// LAPACK `syevr` for eigenvalues number `from` to `to` (1-based, ascending); returns info.
  static func syevr(
    job: CChar, n: Int32, a: UnsafeMutablePointer<Self>, from: Int32, to: Int32,
    w: UnsafeMutablePointer<Self>, z: UnsafeMutablePointer<Self>?,
    isuppz: UnsafeMutablePointer<Int32>
  ) -> Int32

  /// LAPACK `geqrf`, column-major; returns info.
  static func geqrf(
    m: Int32, n: Int32, a: UnsafeMutablePointer<Self>, tau: UnsafeMutablePointer<Self>
  ) -> Int32

  /// LAPACK `orgqr`, column-major; returns info.
  static func orgqr(
    m: Int32, n: Int32, k: Int32, a: UnsafeMutablePointer<Self>, tau: UnsafePointer<Self>
  ) -> Int32

  /// LAPACK `potrf` on the upper triangle, column-major; returns info.
  static func potrf(n: Int32, a: UnsafeMutablePointer<Self>) -> Int32

  /// LAPACK `potrs` with the factor of `potrf`, column-major; returns info.
  static func potrs(
    n: Int32, rightHandSides: Int32, a: UnsafePointer<Self>, b: UnsafeMutablePointer<Self>
  ) -> Int32

  /// Solves U·x = b (or Uᵀ·x = b) for an upper triangular column-major U, in place.
  static func trsv(
    transpose: Bool, n: Int32, a: UnsafePointer<Self>, x: UnsafeMutablePointer<Self>)
}
