// Matrix products on oneDNN: weights packed once, f32 and bf16, each row's bits independent of the batch.

#if OneDNN
  internal import COneDNN
  internal import CVectorKernels
  internal import Synchronization

  #if canImport(Glibc)
    internal import Glibc
  #elseif canImport(Musl)
    internal import Musl
  #endif

  /// oneDNN (https://github.com/uxlfoundation/oneDNN), one thread a call.
  ///
  /// bf16 products run in bf16 where the processor gains by it; elsewhere weights are kept as bf16 and widened, activations rounded,
  /// and the product runs in f32: the numbers multiplied are the same.
  public struct OneDNNLibrary: MatrixLibrary {
    let context: OneDNNContext

    public init() throws(TensorError) { context = try OneDNNContext() }

    public var name: String {
      guard let version = unsafe dnnl_version() else { return "oneDNN" }
      return unsafe "oneDNN \(version.pointee.major).\(version.pointee.minor).\(version.pointee.patch)"
    }

    public var kernels: String { unsafe String(cString: flipgate_dnnl_kernel_name(Processor.hasFastBF16 ? 1 : 0)) }

    public func pack(_ weights: Matrix, precision: Precision, storage: WeightStorage) throws(TensorError) -> any PackedWeights {
      try OneDNNWeights(weights, precision: precision, storage: storage, context: context)
    }
  }

  /// The engine, and the products made so far, shared by all weights and threads.
  @safe final class OneDNNContext: Sendable {
    struct Shape: Hashable {
      var rows: Int
      var outputs: Int
      var inputs: Int
      var isBF16: Bool
      var isAccumulating: Bool
    }

    nonisolated(unsafe) let engine: dnnl_engine_t
    private let products = Mutex<[Shape: OneDNNProduct]>([:])

    init() throws(TensorError) {
      var engine: dnnl_engine_t?
      try unsafe check("dnnl_engine_create", dnnl_engine_create(&engine, dnnl_cpu, 0))
      guard let engine = unsafe engine else { throw .matrixLibrary(name: "oneDNN", call: "dnnl_engine_create", status: -1) }
      unsafe self.engine = unsafe engine
    }

    deinit { unsafe dnnl_engine_destroy(engine) }

    /// The product of a shape; made once, then shared.
    func product(_ shape: Shape, like packed: OneDNNProduct?) throws(TensorError) -> OneDNNProduct {
      if let known = products.withLock({ $0[shape] }) { return known }
      let made = try OneDNNProduct(shape, like: packed, context: self)
      return products.withLock { table in
        if let known = table[shape] { return known }
        table[shape] = made
        return made
      }
    }
  }

  /// A made product; immutable, run by any thread.
  @safe final class OneDNNProduct: @unchecked Sendable {
    let product: UnsafeMutablePointer<flipgate_dnnl_product>
    let scratchBytes: Int

    init(_ shape: OneDNNContext.Shape, like packed: OneDNNProduct?, context: OneDNNContext) throws(TensorError) {
      unsafe product = UnsafeMutablePointer.allocate(capacity: 1)
      unsafe product.initialize(to: flipgate_dnnl_product())
      let layout = unsafe packed?.product.pointee.weights
      let status = unsafe flipgate_dnnl_product_make(
        product, context.engine, Int64(shape.rows), Int64(shape.outputs), Int64(shape.inputs), shape.isBF16 ? 1 : 0,
        shape.isAccumulating ? 1 : 0, layout)
      scratchBytes = unsafe status == 0 ? flipgate_dnnl_layout_bytes(product.pointee.scratch) : 0
      try check("matmul", dnnl_status_t(UInt32(truncatingIfNeeded: status)))
    }

    deinit {
      unsafe flipgate_dnnl_product_free(product)
      unsafe product.deallocate()
    }

    var weightBytes: Int { unsafe flipgate_dnnl_layout_bytes(product.pointee.weights) }
  }

  private func check(_ call: String, _ status: dnnl_status_t) throws(TensorError) {
    if status == dnnl_out_of_memory { throw .outOfMemory(bytes: 0) }
    if status != dnnl_success { throw .matrixLibrary(name: "oneDNN", call: call, status: Int(status.rawValue)) }
  }

  /// Weights in oneDNN's blocked layout.
  @safe final class OneDNNWeights: PackedWeights, @unchecked Sendable {
    /// What the memory holds and what is multiplied.
    private enum Storage: Equatable {
      case f32
      case bf16
      /// Values of 16 bits in the layout of the f32 product, widened for each call.
      case widened(HalfFormat, roundsActivations: Bool)
    }

    let outputs: Int
    let inputs: Int
    let bytes: Int
    private let context: OneDNNContext
    private let storage: Storage
    /// The product that fixed the layout; others of the same weights are made like it.
    private let model: OneDNNProduct
    private let memory: UnsafeMutableRawPointer

    init(_ weights: Matrix, precision: Precision, storage wanted: WeightStorage, context: OneDNNContext) throws(TensorError) {
      outputs = weights.rows
      inputs = weights.columns
      self.context = context
      storage =
        switch (precision, wanted) {
        case (.bf16, _): Processor.hasFastBF16 ? .bf16 : .widened(.bf16, roundsActivations: true)
        case (.f32, .f32): .f32
        case (.f32, .bf16): .widened(.bf16, roundsActivations: false)
        case (.f32, .f16): .widened(.f16, roundsActivations: false)
        }
      let isBF16 = storage == .bf16
      model = try context.product(
        .init(rows: 64, outputs: outputs, inputs: inputs, isBF16: isBF16, isAccumulating: false), like: nil)
      let count = outputs * inputs
      var stream: dnnl_stream_t?
      try unsafe check("dnnl_stream_create", dnnl_stream_create(&stream, context.engine, UInt32(dnnl_stream_default_flags.rawValue)))
      guard let stream = unsafe stream else { throw .matrixLibrary(name: "oneDNN", call: "dnnl_stream_create", status: -1) }
      defer { unsafe dnnl_stream_destroy(stream) }
      flipgate_dnnl_use_one_thread()

      let packed = unsafe try AlignedMemory.allocate(count: model.weightBytes, of: UInt8.self)
      var status: Int32
      if isBF16 {
        let narrow = unsafe try AlignedMemory.allocate(count: count, of: UInt16.self)
        unsafe flipgate_narrow_bf16(weights.base, narrow, count)
        status = unsafe flipgate_dnnl_product_pack(model.product, context.engine, stream, Int64(outputs), Int64(inputs), 1, narrow, packed)
        unsafe free(narrow)
      } else {
        status = unsafe flipgate_dnnl_product_pack(
          model.product, context.engine, stream, Int64(outputs), Int64(inputs), 0, weights.base, packed)
      }
      if case .widened(let format, _) = storage, status == 0 {
        let values = model.weightBytes / 4
        do {
          let narrow = unsafe try AlignedMemory.allocate(count: values, of: UInt16.self)
          unsafe packed.withMemoryRebound(to: Float.self, capacity: values) { unsafe format.narrow($0, narrow, values) }
          unsafe memory = UnsafeMutableRawPointer(narrow)
          bytes = values * 2
        } catch {
          unsafe free(packed)
          throw error
        }
        unsafe free(packed)
      } else {
        unsafe memory = UnsafeMutableRawPointer(packed)
        bytes = model.weightBytes
      }
      try check("reorder", dnnl_status_t(UInt32(truncatingIfNeeded: status)))
    }

    deinit { unsafe free(memory) }

    func multiply(_ activations: Matrix, rows: Int, into product: Matrix, accumulating: Bool, scratch: ScratchMemory) throws(TensorError) {
      precondition(activations.columns == inputs && product.columns == outputs)
      let tiled = rows <= 8 ? rows : (rows + 15) & ~15
      precondition(rows > 0 && tiled <= activations.paddedRows && tiled <= product.paddedRows)
      let shape = OneDNNContext.Shape(
        rows: tiled, outputs: outputs, inputs: inputs, isBF16: storage == .bf16, isAccumulating: accumulating)
      let made = try context.product(shape, like: model)
      var weights = unsafe memory
      var source = unsafe UnsafeMutableRawPointer(activations.base)
      switch storage {
      case .f32: break
      case .bf16:
        let narrow = unsafe try scratch.activations(bytes: tiled * inputs * 2).assumingMemoryBound(to: UInt16.self)
        unsafe flipgate_narrow_bf16(activations.base, narrow, tiled * inputs)
        unsafe source = UnsafeMutableRawPointer(narrow)
      case .widened(let format, let roundsActivations):
        if roundsActivations {
          let rounded = unsafe try scratch.activations(bytes: tiled * inputs * 4).assumingMemoryBound(to: Float.self)
          unsafe flipgate_round_bf16(activations.base, rounded, tiled * inputs)
          unsafe source = UnsafeMutableRawPointer(rounded)
        }
        let values = bytes / 2
        let wide = unsafe try scratch.weights(bytes: values * 4).assumingMemoryBound(to: Float.self)
        unsafe format.widen(memory.assumingMemoryBound(to: UInt16.self), wide, values)
        unsafe weights = UnsafeMutableRawPointer(wide)
      }
      let library = unsafe try scratch.library(bytes: made.scratchBytes)
      flipgate_dnnl_use_one_thread()
      var stream: dnnl_stream_t?
      try unsafe check("dnnl_stream_create", dnnl_stream_create(&stream, context.engine, UInt32(dnnl_stream_default_flags.rawValue)))
      guard let stream = unsafe stream else { throw .matrixLibrary(name: "oneDNN", call: "dnnl_stream_create", status: -1) }
      defer { unsafe dnnl_stream_destroy(stream) }
      let status = unsafe flipgate_dnnl_product_run(made.product, context.engine, stream, source, weights, product.base, library)
      try check("matmul", dnnl_status_t(UInt32(truncatingIfNeeded: status)))
    }
  }
#endif
