// What is written is read back, is the same for every order of tensors, and is laid out as the format says.

import Checkpoints
import Documents
import Testing

@Suite struct SafetensorsWriterTests {
  static let tensors = [
    NewTensor(name: "b", shape: [2], values: .f32([1.5, -2])),
    NewTensor(name: "a", shape: [1, 3], values: .bf16([0x3F80, 0x4000, 0x4040])),
    NewTensor(name: "a.scale", shape: [], values: .f32([3])),
  ]

  @Test func whatIsWrittenIsReadBack() throws {
    try Fixtures.withFile(named: "adapter.safetensors", []) { (path) throws in
      try SafetensorsWriter.write(Self.tensors, metadata: ["format": "pt", "base": "x"], to: path)
      let checkpoint = try Checkpoint(path: path)
      // Four-byte numbers before two-byte ones, each by name.
      #expect(checkpoint.tensors.map(\.name) == ["a.scale", "b", "a"])
      #expect(try checkpoint.floats(of: try checkpoint.tensor("b", shape: [2])) == [1.5, -2])
      #expect(try checkpoint.floats(of: try checkpoint.tensor("a", shape: [1, 3])) == [1, 2, 3])  // 0x3F80, 0x4000, 0x4040 are 1, 2, 3
      #expect(try checkpoint.floats(of: try checkpoint.tensor("a.scale", shape: [])) == [3])
      guard case .safetensors(let metadata) = checkpoint.source else {
        Issue.record("opened as \(checkpoint.source)")
        return
      }
      #expect(metadata == ["format": "pt", "base": "x"])
    }
  }

  @Test func orderDoesNotChangeTheBytes() throws {
    let bytes = try Fixtures.withFile([]) { (path) throws in
      try SafetensorsWriter.write(Self.tensors, to: path)
      return try Files.read(path)
    }
    try Fixtures.withFile([]) { (path) throws in
      try SafetensorsWriter.write(Self.tensors.reversed(), to: path)
      #expect(try Files.read(path) == bytes)
    }
    let header =
      #"{"__metadata__":{"format":"pt"},"a.scale":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"#
      + #""b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},"a":{"dtype":"BF16","shape":[1,3],"data_offsets":[12,18]}}"#
    // Little-endian length, the header padded with spaces to a multiple of 8, then 3, 1.5, -2 and the three bf16 numbers.
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let data: [UInt8] = [0, 0, 0x40, 0x40, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0, 0x80, 0x3F, 0, 0x40, 0x40, 0x40]
    #expect(bytes == [UInt8(padded.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(padded.utf8) + data)
  }
}
