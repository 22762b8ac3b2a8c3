// SentencePiece's `tokenizer.model`: a protocol-buffers message (`sentencepiece_model.proto`) with pieces, and how they were trained.

internal import Documents

/// What a `tokenizer.model` says, as far as tokenizers ask.
struct SentencePieceModel {
  enum Kind: Int {
    case unigram = 1
    case bpe = 2
    case word = 3
    case character = 4
  }

  enum PieceType: Int {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  let file: String
  private(set) var pieces = ByteStrings()
  private(set) var scores: [Float] = []
  private(set) var types: [PieceType] = []
  private(set) var kind = Kind.unigram
  private(set) var fallsBackToBytes = false
  /// IDs of the special pieces; negative where there is none.
  private(set) var unknownID = 0
  private(set) var bosID = 1
  private(set) var eosID = 2
  private(set) var unknownPiece = "<unk>"
  private(set) var bosPiece = "<s>"
  private(set) var eosPiece = "</s>"
  /// The normaliser's character map; empty for none.
  private(set) var characterMap: [UInt8] = []

  /// - Throws: ``TokenizerError`` with the byte at which the file stops to make sense.
  init(_ bytes: [UInt8], file: String) throws(TokenizerError) {
    self.file = file
    do {
      var reader = ProtobufReader(bytes, 0..<bytes.count)
      while let (field, value) = try reader.next() {
        guard case .bytes(let range) = value else { continue }
        switch field {
        case 1: try readPiece(bytes, range)
        case 2: try readTraining(bytes, range)
        case 3: try readNormalizer(bytes, range)
        default: break
        }
      }
    } catch let fault as ProtobufReader.Fault {
      throw TokenizerError(file: file, place: "byte \(fault.offset)", problem: .wrongKind(found: fault.reason, expected: "a SentencePiece model"))
    } catch let error as TokenizerError {
      throw error
    } catch {
      throw TokenizerError(file: file, place: "", problem: .contradiction("\(error)"))
    }
    if pieces.count == 0 {
      throw TokenizerError(file: file, place: "", problem: .missing(expected: "a SentencePiece model with at least one piece"))
    }
  }

  private mutating func readPiece(_ bytes: [UInt8], _ range: Range<Int>) throws {
    var reader = ProtobufReader(bytes, range)
    var piece = range.lowerBound..<range.lowerBound
    var score: Float = 0
    var type = PieceType.normal
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .bytes(let range)): piece = range
      case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
      case (3, .number(let number)):
        guard let known = PieceType(rawValue: Int(truncatingIfNeeded: number)) else {
          throw ProtobufReader.Fault(offset: range.lowerBound, reason: "a piece of the unknown type \(number)")
        }
        type = known
      default: break
      }
    }
    if String(validating: bytes[piece], as: UTF8.self) == nil {
      throw ProtobufReader.Fault(offset: piece.lowerBound, reason: "a piece that is not valid UTF-8")
    }
    pieces.append(bytes[piece])
    scores.append(score)
    types.append(type)
    if types.count > Vocabulary.highestID {
      throw TokenizerError(file: file, place: "", problem: .tooMany(what: "pieces", count: types.count, limit: Vocabulary.highestID))
    }
  }

  private mutating func readTraining(_ bytes: [UInt8], _ range: Range<Int>) throws(ProtobufReader.Fault) {
    var reader = ProtobufReader(bytes, range)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (3, .number(let number)):
        guard let known = Kind(rawValue: Int(truncatingIfNeeded: number)) else {
          throw ProtobufReader.Fault(offset: range.lowerBound, reason: "a model of the unknown kind \(number)")
        }
        kind = known
      case (35, .number(let number)): fallsBackToBytes = number != 0
      case (40, .number(let number)): unknownID = Int(Int32(truncatingIfNeeded: number))
      case (41, .number(let number)): bosID = Int(Int32(truncatingIfNeeded: number))
      case (42, .number(let number)): eosID = Int(Int32(truncatingIfNeeded: number))
      case (45, .bytes(let range)): unknownPiece = String(decoding: bytes[range], as: UTF8.self)
      case (46, .bytes(let range)): bosPiece = String(decoding: bytes[range], as: UTF8.self)
      case (47, .bytes(let range)): eosPiece = String(decoding: bytes[range], as: UTF8.self)
      default: break
      }
    }
  }

  private mutating func readNormalizer(_ bytes: [UInt8], _ range: Range<Int>) throws(ProtobufReader.Fault) {
    var reader = ProtobufReader(bytes, range)
    while let (field, value) = try reader.next() {
      if case (2, .bytes(let range)) = (field, value) { characterMap = Array(bytes[range]) }
    }
  }

  /// The pieces that are found in a text as a whole: control pieces, which are special, and those that the user defined.
  var addedTokens: [AddedToken] {
    types.indices.compactMap { index in
      switch types[index] {
      case .control: AddedToken(content: Array(pieces[index]), isSpecial: true)
      case .userDefined: AddedToken(content: Array(pieces[index]))
      default: nil
      }
    }
  }

  /// The names of the special tokens, for classes that have none of their own.
  var specialTokens: [(name: String, content: String)] {
    [("bos_token", bosPiece, bosID), ("eos_token", eosPiece, eosID), ("unk_token", unknownPiece, unknownID)]
      .filter { $0.2 >= 0 }.map { ($0.0, $0.1) }
  }
}
