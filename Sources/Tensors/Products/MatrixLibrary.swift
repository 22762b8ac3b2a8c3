// The one small interface that the matrix libraries stand behind.

/// Packs weights once and multiplies activations with them, each row's bits independent of the rows beside it and of the threads.
public protocol MatrixLibrary: Sendable {
  /// Name and version, such as `oneDNN 2.6.3`.
  var name: String { get }
  /// The kernels that the library chose on this machine, such as `avx512_core`.
  var kernels: String { get }

  /// Packs a weight matrix `[outputs, inputs]`.
  ///
  /// - Parameters:
  ///   - weights: f32 values `[outputs, inputs]`; may be released afterwards.
  ///   - precision: of the numbers that are multiplied.
  ///   - storage: what memory holds where the precision is f32.
  func pack(_ weights: Matrix, precision: Precision, storage: WeightStorage) throws(TensorError) -> any PackedWeights
}

/// The form in which weights wait for a product in f32.
public enum WeightStorage: Sendable, Hashable {
  case f32
  /// Half the memory, for weights that are bf16 numbers: widened for each product, which changes no result and takes time.
  case bf16
  /// The same for weights that are f16 numbers.
  case f16
}

/// A weight matrix in the form that its library multiplies fastest.
public protocol PackedWeights: Sendable {
  var outputs: Int { get }
  var inputs: Int { get }
  /// The bytes that the packed form holds.
  var bytes: Int { get }
  /// Whether ``multiply(_:rows:into:accumulating:scratch:)`` shares its work among the scratch memory's team; if not, whoever has
  /// several threads gives them rows of their own.
  var usesTeam: Bool { get }

  /// product[r, :] = activations[r, :] · weightsᵀ for the first `rows` rows, added to what is there when `accumulating`.
  ///
  /// - Parameters:
  ///   - activations: `[≥ rows, inputs]`; rows up to the next multiple of 16 may be read.
  ///   - product: `[≥ rows, outputs]`; rows up to the next multiple of 16 may be written.
  func multiply(_ activations: Matrix, rows: Int, into product: Matrix, accumulating: Bool, scratch: ScratchMemory) throws(TensorError)
}

extension PackedWeights {
  public var usesTeam: Bool { false }
}

/// The matrix libraries of this build.
public enum MatrixLibraries {
  /// The names that ``named(_:)`` knows on this machine; oneDNN wants a processor that multiplies bf16.
  public static var names: [String] {
    #if OneDNN
      ["flipgate", "openblas"] + (Processor.hasBF16 ? ["onednn"] : [])
    #else
      ["flipgate", "openblas"]
    #endif
  }

  /// A library by name; `auto` is our own kernels, and oneDNN for bf16 where the processor multiplies such numbers faster.
  public static func named(_ name: String) throws(TensorError) -> any MatrixLibrary {
    switch name {
    case "auto":
      #if OneDNN
        if Processor.hasFastBF16 { return try OneDNNLibrary() }
      #endif
      return VectorLibrary()
    case "flipgate": return VectorLibrary()
    case "openblas": return OpenBLASLibrary()
    #if OneDNN
      case "onednn" where Processor.hasBF16: return try OneDNNLibrary()
    #endif
    default: throw .unavailableLibrary(name)
    }
  }
}
