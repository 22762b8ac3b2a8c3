// Joins all tokens into one, so that the decoders behind see the whole text.

struct Fuse: Decoder {
  static let typeName = "Fuse"
  init() {}
  init(_ config: ComponentConfig) {}
  func decode(_ tokens: inout [[UInt8]]) { tokens = [Array(tokens.joined())] }
}
