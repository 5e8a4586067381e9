import CLAPACKE
import COpenBLAS

// The C interfaces of BLAS and LAPACK in single (s…) and double precision (d…) differ in nothing
// but a letter and the pointer type; Float+BLAS.swift and Double+BLAS.swift are kept line by line alike.

extension Double: RealScalar {
  public static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int32, n: Int32, k: Int32, alpha: Double,
    a: UnsafePointer<Double>, lda: Int32, b: UnsafePointer<Double>, ldb: Int32, beta: Double,
    c: UnsafeMutablePointer<Double>, ldc: Int32
  ) {
    BLASThreading.useSingleThread
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
  }

  public static func syrk(
    transpose: Bool, n: Int32, k: Int32, alpha: Double, a: UnsafePointer<Double>, lda: Int32,
    c: UnsafeMutablePointer<Double>, ldc: Int32
  ) {
    BLASThreading.useSingleThread
    cblas_dsyrk(
      CblasRowMajor, CblasUpper, transpose ? CblasTrans : CblasNoTrans, n, k, alpha, a, lda, 0, c,
      ldc)
  }

  public static func gesdd(
    job: CChar, m: Int32, n: Int32, a: UnsafeMutablePointer<Double>,
    s: UnsafeMutablePointer<Double>,
    u: UnsafeMutablePointer<Double>?, ldu: Int32, vt: UnsafeMutablePointer<Double>?, ldvt: Int32
  ) -> Int32 {
    BLASThreading.useSingleThread
    return LAPACKE_dgesdd(LAPACK_COL_MAJOR, job, m, n, a, m, s, u, ldu, vt, ldvt)
  }

  public static func gesvd(
    job: CChar, m: Int32, n: Int32, a: UnsafeMutablePointer<Double>,
    s: UnsafeMutablePointer<Double>,
    u: UnsafeMutablePointer<Double>?, ldu: Int32, vt: UnsafeMutablePointer<Double>?, ldvt: Int32,
    superb: UnsafeMutablePointer<Double>
  ) -> Int32 {
    BLASThreading.useSingleThread
    return LAPACKE_dgesvd(LAPACK_COL_MAJOR, job, job, m, n, a, m, s, u, ldu, vt, ldvt, superb)
  }

  public static func syevd(
    job: CChar, n: Int32, a: UnsafeMutablePointer<Double>, w: UnsafeMutablePointer<Double>
  ) -> Int32 {
    BLASThreading.useSingleThread
    return LAPACKE_dsyevd(LAPACK_COL_MAJOR, job, CChar(UInt8(ascii: "U")), n, a, n, w)
  }

  public static func syevr(
    job: CChar, n: Int32, a: UnsafeMutablePointer<Double>, from: Int32, to: Int32,
    w: UnsafeMutablePointer<Double>, z: UnsafeMutablePointer<Double>?,
    isuppz: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    BLASThreading.useSingleThread
    var found: Int32 = 0
    return LAPACKE_dsyevr(
      LAPACK_COL_MAJOR, job, CChar(UInt8(ascii: "I")), CChar(UInt8(ascii: "U")), n, a, n, 0, 0,
      from, to, 0, &found, w, z, n, isuppz)
  }

  public static func geqrf(
    m: Int32, n: Int32, a: UnsafeMutablePointer<Double>, tau: UnsafeMutablePointer<Double>
  ) -> Int32 {
    BLASThreading.useSingleThread
    return LAPACKE_dgeqrf(LAPACK_COL_MAJOR, m, n, a, m, tau)
  }

  public static func orgqr(
    m: Int32, n: Int32, k: Int32, a: UnsafeMutablePointer<Double>, tau: UnsafePointer<Double>
  ) -> Int32 {
    BLASThreading.useSingleThread
    return LAPACKE_dorgqr(LAPACK_COL_MAJOR, m, n, k, a, m, tau)
  }

  public static func potrf(n: Int32, a: UnsafeMutablePointer<Double>) -> Int32 {
    BLASThreading.useSingleThread
    return LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), n, a, n)
  }

  public static func potrs(
    n: Int32, rightHandSides: Int32, a: UnsafePointer<Double>, b: UnsafeMutablePointer<Double>
  ) -> Int32 {
    BLASThreading.useSingleThread
    return LAPACKE_dpotrs_work(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), n, rightHandSides, a, n, b, n)
  }

  public static func trsv(
    transpose: Bool, n: Int32, a: UnsafePointer<Double>, x: UnsafeMutablePointer<Double>
  ) {
    BLASThreading.useSingleThread
    cblas_dtrsv(
      CblasColMajor, CblasUpper, transpose ? CblasTrans : CblasNoTrans, CblasNonUnit, n, a, n, x, 1)
  }
}
