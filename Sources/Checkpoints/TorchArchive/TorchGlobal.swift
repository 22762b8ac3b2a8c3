// The only names that a pickle may ask for: what torch.save writes for a state dictionary. They are values here, and nothing is ever imported or called.

internal import Tensors

/// A class or function by its name in Python.
enum TorchGlobal: Sendable, Equatable {
  /// `collections.OrderedDict`
  case orderedDictionary
  /// `torch._utils._rebuild_tensor`, `_rebuild_tensor_v2`, and `_v3`, which brings the element type.
  case rebuildTensor(bringsType: Bool)
  /// `torch._utils._rebuild_parameter` and `_rebuild_parameter_with_state`: the tensor is the first argument.
  case rebuildParameter
  /// `torch._tensor._rebuild_from_type_v2`: function, class, arguments, attributes; read where the class is a plain tensor.
  case rebuildFromType
  /// `torch.Tensor` and `torch.nn.parameter.Parameter`, as an argument of the one above.
  case tensorClass
  /// `torch.Size`
  case size
  /// `torch.device`
  case device
  /// `torch.FloatStorage` and so on.
  case storage(TorchType)
  /// `torch.storage.UntypedStorage`
  case untypedStorage
  /// `torch.float16` and so on.
  case type(TorchType)

  /// Nil for every name that is not one of these.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor(bringsType: false)
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTensor(bringsType: true)
    case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"): self = .rebuildParameter
    case ("torch._tensor", "_rebuild_from_type_v2"): self = .rebuildFromType
    case ("torch", "Tensor"), ("torch.nn.parameter", "Parameter"): self = .tensorClass
    case ("torch", "Size"): self = .size
    case ("torch", "device"): self = .device
    case ("torch.storage", "UntypedStorage"), ("torch", "UntypedStorage"): self = .untypedStorage
    case ("torch", _):
      if let type = TorchType(storageClass: name) {
        self = .storage(type)
      } else if let type = TorchType(named: name) {
        self = .type(type)
      } else {
        return nil
      }
    default: return nil
    }
  }
}

/// An element type by its name in PyTorch.
enum TorchType: String, Sendable, CaseIterable {
  case float64, float32, float16, bfloat16, int64, int32, int16, int8, uint64, uint32, uint16, uint8, bool
  case complex32, complex64, complex128, qint8, quint8, qint32
  // swift-format-ignore: AlwaysUseLowerCamelCase
  case quint4x2, quint2x4, float8_e4m3fn, float8_e4m3fnuz, float8_e5m2, float8_e5m2fnuz, float8_e8m0fnu

  init?(named name: String) {
    switch name {
    case "double": self = .float64
    case "float": self = .float32
    case "half": self = .float16
    case "long": self = .int64
    case "int": self = .int32
    case "short": self = .int16
    default: self.init(rawValue: name)
    }
  }

  init?(storageClass name: String) {
    switch name {
    case "DoubleStorage": self = .float64
    case "FloatStorage": self = .float32
    case "HalfStorage": self = .float16
    case "BFloat16Storage": self = .bfloat16
    case "LongStorage": self = .int64
    case "IntStorage": self = .int32
    case "ShortStorage": self = .int16
    case "CharStorage": self = .int8
    case "ByteStorage": self = .uint8
    case "BoolStorage": self = .bool
    case "ComplexFloatStorage": self = .complex64
    case "ComplexDoubleStorage": self = .complex128
    case "QInt8Storage": self = .qint8
    case "QUInt8Storage": self = .quint8
    case "QInt32Storage": self = .qint32
    case "QUInt4x2Storage": self = .quint4x2
    case "QUInt2x4Storage": self = .quint2x4
    default: return nil
    }
  }

  /// The bytes of an element.
  var bytes: Int {
    switch self {
    case .int8, .uint8, .bool, .qint8, .quint8, .quint4x2, .quint2x4: 1
    case .float8_e4m3fn, .float8_e4m3fnuz, .float8_e5m2, .float8_e5m2fnuz, .float8_e8m0fnu: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32, .qint32, .complex32: 4
    case .float64, .int64, .uint64, .complex64: 8
    case .complex128: 16
    }
  }

  /// How the elements are read; nil for types that are not.
  var elementType: ElementType? {
    switch self {
    case .float64: .f64
    case .float32: .f32
    case .float16: .f16
    case .bfloat16: .bf16
    case .int64: .i64
    case .int32: .i32
    case .int16: .i16
    case .int8: .i8
    case .uint64: .u64
    case .uint32: .u32
    case .uint16: .u16
    case .uint8: .u8
    case .bool: .bool
    case .complex32, .complex64, .complex128, .qint8, .quint8, .qint32, .quint4x2, .quint2x4: nil
    case .float8_e4m3fn, .float8_e4m3fnuz, .float8_e5m2, .float8_e5m2fnuz, .float8_e8m0fnu: nil
    }
  }
}
