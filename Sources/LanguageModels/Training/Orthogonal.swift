// Small dense linear algebra in double precision: orthonormal columns, and the eigenvectors of a symmetric matrix.

/// For a few dozen vectors.
enum Orthogonal {
  static func product(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in 0..<min(a.count, b.count) { sum += a[index] * b[index] }
    return sum
  }

  /// An orthonormal basis of what the columns span, one for one, by modified Gram-Schmidt, twice; a column that the ones before it span becomes zero.
  static func columns(_ columns: [[Double]]) -> [[Double]] {
    var made: [[Double]] = []
    for column in columns {
      let length = product(column, column).squareRoot()
      var rest = column
      for _ in 0..<2 {
        for other in made {
          let share = product(other, rest)
          for index in rest.indices { rest[index] -= share * other[index] }
        }
      }
      let left = product(rest, rest).squareRoot()
      let factor = left > length * 1e-7 && left.isFinite ? 1 / left : 0
      made.append(rest.map { $0 * factor })
    }
    return made
  }

  /// Eigenvalues, the largest first, and eigenvectors of a symmetric matrix, by cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, 8.5).
  static func eigen(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
    let count = matrix.count
    var a = matrix
    var vectors = (0..<count).map { row in (0..<count).map { $0 == row ? 1.0 : 0.0 } }
    for _ in 0..<30 {
      let outside = (0..<count).reduce(0.0) { sum, row in (row + 1..<count).reduce(sum) { $0 + a[row][$1] * a[row][$1] } }
      let inside = (0..<count).reduce(0.0) { $0 + a[$1][$1] * a[$1][$1] }
      if !(outside > inside * 1e-28) { break }
      for p in 0..<count {
        for q in p + 1..<count where a[p][q] != 0 {
          let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let t = (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<count { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
          for k in 0..<count { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
          for k in 0..<count { (vectors[p][k], vectors[q][k]) = (c * vectors[p][k] - s * vectors[q][k], s * vectors[p][k] + c * vectors[q][k]) }
        }
      }
    }
    let order = (0..<count).sorted { (-a[$0][$0], $0) < (-a[$1][$1], $1) }
    return (order.map { a[$0][$0] }, order.map { vectors[$0] })
  }
}
