// A file of torch.save as named tensors: the zip form of PyTorch 1.6 and later, and the form before it.

internal import Documents
internal import Tensors

/// The tensors of a PyTorch file, with the places of their bytes in it.
struct TorchArchive: Sendable {
  /// In the order of their bytes; names that share a storage have the same bytes.
  private(set) var tensors: [TensorInfo] = []

  /// - Parameter container: the form, ``WeightContainer/torchArchive`` or ``WeightContainer/torchLegacy``.
  init(_ file: RandomAccessFile, container: WeightContainer) throws(TorchArchiveError) {
    let (dictionary, storages) =
      container == .torchArchive ? try TorchZipForm(file).contents() : try TorchOldForm(file).contents()
    for tensor in dictionary.tensors {
      func fault(_ what: String) -> TorchArchiveError {
        TorchArchiveError(path: file.path, place: .tensor(tensor.name), problem: .storage(key: tensor.storageKey, what))
      }
      guard let storage = storages[tensor.storageKey] else { throw fault("is not in the file") }
      guard storage.count == tensor.storageBytes else { throw fault("has \(storage.count) bytes, expected \(tensor.storageBytes)") }
      let range = storage.lowerBound + tensor.range.lowerBound..<storage.lowerBound + tensor.range.upperBound
      let entry = TensorEntry(
        name: tensor.name, elementType: tensor.type, shape: tensor.shape, elementCount: tensor.elementCount, byteRange: range)
      tensors.append(TensorInfo(entry, in: file, strides: tensor.strides))
    }
    tensors.sort { $0.byteRange.lowerBound < $1.byteRange.lowerBound }
  }
}
