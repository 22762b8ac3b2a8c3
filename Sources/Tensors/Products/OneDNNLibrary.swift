// Matrix products of bf16 numbers on oneDNN, for processors that multiply them faster than f32.

#if OneDNN
  internal import COneDNN
  internal import CVectorKernels
  internal import Synchronization

  #if canImport(Glibc)
    internal import Glibc
  #elseif canImport(Musl)
    internal import Musl
  #endif

  /// oneDNN (https://github.com/uxlfoundation/oneDNN) for bf16, one thread a call; f32 products are our own kernels'.
  public struct OneDNNLibrary: MatrixLibrary {
    let context: OneDNNContext

    public init() throws(TensorError) { context = try OneDNNContext() }

    public var name: String {
      guard let version = unsafe dnnl_version() else { return "oneDNN" }
      return unsafe "oneDNN \(version.pointee.major).\(version.pointee.minor).\(version.pointee.patch)"
    }

    public var kernels: String { unsafe String(cString: flipgate_dnnl_kernel_name()) }

    public func pack(_ weights: Matrix, precision: Precision, storage: WeightStorage) throws(TensorError) -> any PackedWeights {
      switch precision {
      case .f32: try VectorLibrary().pack(weights, precision: precision, storage: storage)
      case .bf16: try OneDNNWeights(weights, context: context)
      }
    }
  }

  /// The engine, and the products made so far, shared by all weights and threads.
  @safe final class OneDNNContext: Sendable {
    struct Shape: Hashable {
      var rows: Int
      var outputs: Int
      var inputs: Int
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
        product, context.engine, Int64(shape.rows), Int64(shape.outputs), Int64(shape.inputs), shape.isAccumulating ? 1 : 0,
        layout)
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

  /// bf16 weights in oneDNN's blocked layout.
  @safe final class OneDNNWeights: PackedWeights, @unchecked Sendable {
    let outputs: Int
    let inputs: Int
    let bytes: Int
    private let context: OneDNNContext
    /// The product that fixed the layout; others of the same weights are made like it.
    private let model: OneDNNProduct
    private let memory: UnsafeMutableRawPointer

    init(_ weights: Matrix, context: OneDNNContext) throws(TensorError) {
      outputs = weights.rows
      inputs = weights.columns
      self.context = context
      model = try context.product(.init(rows: 64, outputs: outputs, inputs: inputs, isAccumulating: false), like: nil)
      bytes = model.weightBytes
      let count = outputs * inputs
      var stream: dnnl_stream_t?
      try unsafe check("dnnl_stream_create", dnnl_stream_create(&stream, context.engine, UInt32(dnnl_stream_default_flags.rawValue)))
      guard let stream = unsafe stream else { throw .matrixLibrary(name: "oneDNN", call: "dnnl_stream_create", status: -1) }
      defer { unsafe dnnl_stream_destroy(stream) }
      flipgate_dnnl_use_one_thread()
      let narrow = unsafe try AlignedMemory.allocate(count: count, of: UInt16.self)
      defer { unsafe free(narrow) }
      unsafe flipgate_narrow_bf16(weights.base, narrow, count)
      let packed = unsafe try AlignedMemory.allocate(count: bytes, of: UInt8.self)
      unsafe memory = UnsafeMutableRawPointer(packed)
      let status = unsafe flipgate_dnnl_product_pack(
        model.product, context.engine, stream, Int64(outputs), Int64(inputs), narrow, packed)
      try check("reorder", dnnl_status_t(UInt32(truncatingIfNeeded: status)))
    }

    deinit { unsafe free(memory) }

    func multiply(_ activations: Matrix, rows: Int, into product: Matrix, accumulating: Bool, scratch: ScratchMemory) throws(TensorError) {
      precondition(activations.columns == inputs && product.columns == outputs)
      let tiled = rows <= 8 ? rows : (rows + 15) & ~15
      precondition(rows > 0 && tiled <= activations.paddedRows && tiled <= product.paddedRows)
      let made = try context.product(.init(rows: tiled, outputs: outputs, inputs: inputs, isAccumulating: accumulating), like: model)
      let narrow = unsafe try scratch.activations(bytes: tiled * inputs * 2).assumingMemoryBound(to: UInt16.self)
      unsafe flipgate_narrow_bf16(activations.base, narrow, tiled * inputs)
      let library = unsafe try scratch.library(bytes: made.scratchBytes)
      flipgate_dnnl_use_one_thread()
      var stream: dnnl_stream_t?
      try unsafe check("dnnl_stream_create", dnnl_stream_create(&stream, context.engine, UInt32(dnnl_stream_default_flags.rawValue)))
      guard let stream = unsafe stream else { throw .matrixLibrary(name: "oneDNN", call: "dnnl_stream_create", status: -1) }
      defer { unsafe dnnl_stream_destroy(stream) }
      let status = unsafe flipgate_dnnl_product_run(made.product, context.engine, stream, narrow, memory, product.base, library)
      try check("matmul", dnnl_status_t(UInt32(truncatingIfNeeded: status)))
    }
  }
#endif
