import CLAPACKE
import COpenBLAS

// The C interfaces of BLAS and LAPACK in single (s…) and double precision (d…) differ in nothing
// but a letter and the pointer type; Float+BLAS.swift and Double+BLAS.swift are kept line by line alike.

extension Float: RealScalar {
  public static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int32, n: Int32, k: Int32, alpha: Float,
    a: UnsafePointer<Float>, lda: Int32, b: UnsafePointer<Float>, ldb: Int32, beta: Float,
    c: UnsafeMutablePointer<Float>, ldc: Int32
  ) {
    BLASThreading.useSingleThread
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
  }

  public static func syrk(
    transpose: Bool, n: Int32, k: Int32, alpha: Float, a: UnsafePointer<Float>, lda: Int32,
    c: UnsafeMutablePointer<Float>, ldc: Int32
  ) {
    BLASThreading.useSingleThread
    cblas_ssyrk(
      CblasRowMajor, CblasUpper, transpose ? CblasTrans : CblasNoTrans, n, k, alpha, a, lda, 0, c,
      ldc)
  }

  public static func gesdd(
    job: CChar, m: Int32, n: Int32, a: UnsafeMutablePointer<Float>, s: UnsafeMutablePointer<Float>,
    u: UnsafeMutablePointer<Float>?, ldu: Int32, vt: UnsafeMutablePointer<Float>?, ldvt: Int32
  ) -> Int32 {
    BLASThreading.useSingleThread
    return LAPACKE_sgesdd(LAPACK_COL_MAJOR, job, m, n, a, m, s, u, ldu, vt, ldvt)
  }

  public static func gesvd(
    job: CChar, m: Int32, n: Int32, a: UnsafeMutablePointer<Float>, s: UnsafeMutablePointer<Float>,
    u: UnsafeMutablePointer<Float>?, ldu: Int32, vt: UnsafeMutablePointer<Float>?, ldvt: Int32,
    superb: UnsafeMutablePointer<Float>
  ) -> Int32 {
    BLASThreading.useSingleThread
    return LAPACKE_sgesvd(LAPACK_COL_MAJOR, job, job, m, n, a, m, s, u, ldu, vt, ldvt, superb)
  }

  public static func syevd(
    job: CChar, n: Int32, a: UnsafeMutablePointer<Float>, w: UnsafeMutablePointer<Float>
  ) -> Int32 {
    BLASThreading.useSingleThread
    return LAPACKE_ssyevd(LAPACK_COL_MAJOR, job, CChar(UInt8(ascii: "U")), n, a, n, w)
  }

  public static func syevr(
    job: CChar, n: Int32, a: UnsafeMutablePointer<Float>, from: Int32, to: Int32,
    w: UnsafeMutablePointer<Float>, z: UnsafeMutablePointer<Float>?,
    isuppz: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    BLASThreading.useSingleThread
    var found: Int32 = 0
    return LAPACKE_ssyevr(
      LAPACK_COL_MAJOR, job, CChar(UInt8(ascii: "I")), CChar(UInt8(ascii: "U")), n, a, n, 0, 0,
      from, to, 0, &found, w, z, n, isuppz)
  }

  public static func geqrf(
    m: Int32, n: Int32, a: UnsafeMutablePointer<Float>, tau: UnsafeMutablePointer<Float>
  ) -> Int32 {
    BLASThreading.useSingleThread
    return LAPACKE_sgeqrf(LAPACK_COL_MAJOR, m, n, a, m, tau)
  }

  public static func orgqr(
    m: Int32, n: Int32, k: Int32, a: UnsafeMutablePointer<Float>, tau: UnsafePointer<Float>
  ) -> Int32 {
    BLASThreading.useSingleThread
    return LAPACKE_sorgqr(LAPACK_COL_MAJOR, m, n, k, a, m, tau)
  }

  public static func potrf(n: Int32, a: UnsafeMutablePointer<Float>) -> Int32 {
    BLASThreading.useSingleThread
    return LAPACKE_spotrf_work(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), n, a, n)
  }

  public static func potrs(
    n: Int32, rightHandSides: Int32, a: UnsafePointer<Float>, b: UnsafeMutablePointer<Float>
  ) -> Int32 {
    BLASThreading.useSingleThread
    return LAPACKE_spotrs_work(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), n, rightHandSides, a, n, b, n)
  }

  public static func trsv(
    transpose: Bool, n: Int32, a: UnsafePointer<Float>, x: UnsafeMutablePointer<Float>
  ) {
    BLASThreading.useSingleThread
    cblas_strsv(
      CblasColMajor, CblasUpper, transpose ? CblasTrans : CblasNoTrans, CblasNonUnit, n, a, n, x, 1)
  }
}
