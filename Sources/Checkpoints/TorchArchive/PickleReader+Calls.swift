// What a pickle asks to be called, told apart by name and turned into a value: no function of any kind runs.

extension PickleReader {
  /// The value that a call would give.
  ///
  /// - Parameters:
  ///   - function: what stands where Python expects something to call.
  ///   - start: the byte of the opcode, for errors.
  mutating func result(of function: PickleValue, _ arguments: PickleValue, at start: Int) throws(TorchArchiveError) -> PickleValue {
    guard case .global(let global) = function else { throw fault(.malformed("it calls \(function.kindName)"), at: start) }
    guard let values = heap.elements(of: arguments) else {
      throw fault(.malformed("it calls something with \(arguments.kindName), expected a tuple"), at: start)
    }
    func malformed(_ name: String) -> TorchArchiveError { fault(.malformed("it calls \(name) with other arguments than torch.save does"), at: start) }
    switch global {
    case .orderedDictionary:
      guard values.isEmpty else { throw malformed("OrderedDict") }
      return heap.newDictionary()
    case .rebuildTensor(let bringsType): return try tensor(arguments, bringsType: bringsType, at: start)
    case .rebuildParameter:
      guard case .tensor? = values.first else { throw malformed("_rebuild_parameter") }
      return values[values.startIndex]
    case .rebuildFromType:
      // Function, class, arguments, attributes. The function may not be this one again: nothing here needs to recurse.
      guard values.count == 4, case .global(let inner) = values[values.startIndex], case .global(.tensorClass) = values[values.startIndex + 1] else {
        throw malformed("_rebuild_from_type_v2")
      }
      let arguments = values[values.startIndex + 2]
      switch inner {
      case .rebuildTensor(let bringsType): return try tensor(arguments, bringsType: bringsType, at: start)
      case .rebuildParameter:
        guard case .tensor(let number)? = heap.elements(of: arguments)?.first else { throw malformed("_rebuild_parameter") }
        return .tensor(number)
      default: throw malformed("_rebuild_from_type_v2")
      }
    case .size:
      guard values.count == 1, let size = values.first, heap.elements(of: size) != nil else { throw malformed("torch.Size") }
      return size
    case .device: return .opaque
    case .tensorClass, .storage, .untypedStorage, .type: throw fault(.malformed("it calls a class or type that only describes a tensor"), at: start)
    }
  }

  private mutating func tensor(_ arguments: PickleValue, bringsType: Bool, at start: Int) throws(TorchArchiveError) -> PickleValue {
    guard let values = heap.elements(of: arguments), values.count >= (bringsType ? 7 : 4), case .storage? = values.first else {
      throw fault(.malformed("it rebuilds a tensor from other arguments than torch.save writes"), at: start)
    }
    return heap.add(PickledTensor(arguments: arguments, bringsType: bringsType))
  }
}
