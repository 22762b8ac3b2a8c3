// The opcodes of pickle protocols 2 to 5 (CPython, `Lib/pickletools.py`) that a state dictionary needs, and the names of those that are refused.

/// An opcode that is read.
enum PickleOpcode: UInt8 {
  case proto = 0x80
  case frame = 0x95
  case stop = 0x2E  // .
  case mark = 0x28  // (
  case pop = 0x30  // 0
  case popMark = 0x31  // 1
  case duplicate = 0x32  // 2
  case none = 0x4E  // N
  case newTrue = 0x88
  case newFalse = 0x89
  case integer32 = 0x4A  // J
  case unsigned8 = 0x4B  // K
  case unsigned16 = 0x4D  // M
  case long1 = 0x8A
  case long4 = 0x8B
  case double = 0x47  // G
  case text32 = 0x58  // X
  case text8 = 0x8C
  case text64 = 0x8D
  case string32 = 0x54  // T
  case string8 = 0x55  // U
  case bytes32 = 0x42  // B
  case bytes8 = 0x43  // C
  case bytes64 = 0x8E
  case emptyTuple = 0x29  // )
  case tuple = 0x74  // t
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case emptyList = 0x5D  // ]
  case append = 0x61  // a
  case appends = 0x65  // e
  case emptyDictionary = 0x7D  // }
  case setItem = 0x73  // s
  case setItems = 0x75  // u
  case global = 0x63  // c
  case stackGlobal = 0x93
  case reduce = 0x52  // R
  case build = 0x62  // b
  case persistentID = 0x51  // Q
  case put8 = 0x71  // q
  case put32 = 0x72  // r
  case get8 = 0x68  // h
  case get32 = 0x6A  // j
  case memoize = 0x94

  /// What an opcode is called that is defined but not read, nil if it is not defined.
  static func name(ofRefused byte: UInt8) -> String? { refused[byte] }

  private static let refused: [UInt8: String] = [
    0x46: "FLOAT", 0x49: "INT", 0x4C: "LONG", 0x50: "PERSID", 0x53: "STRING", 0x56: "UNICODE", 0x64: "DICT", 0x67: "GET", 0x69: "INST",
    0x6C: "LIST", 0x6F: "OBJ", 0x70: "PUT", 0x81: "NEWOBJ", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", 0x8F: "EMPTY_SET",
    0x90: "ADDITEMS", 0x91: "FROZENSET", 0x92: "NEWOBJ_EX", 0x96: "BYTEARRAY8", 0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
  ]
}
