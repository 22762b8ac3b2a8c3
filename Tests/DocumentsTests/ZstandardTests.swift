// Zstandard inside of zip archives: what the reference library packed, and what happens to damaged data.

import Documents
import Foundation
import Testing

@Suite struct ZstandardTests {
  /// fixtures/generate/zstandard_vectors.py: one of each kind of block, checked by the archive's CRC-32.
  private static var vectors: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../fixtures/zstandard/vectors.zip"
  }

  @Test func everyVectorUnpacks() throws {
    let archive = try ZipArchive(path: Self.vectors)
    #expect(archive.entries.count == 13)
    for entry in archive.entries {
      #expect(entry.method == .zstandard)
      #expect(try archive.unpack(entry, limit: 1 << 20).count == entry.bytes, "\(entry.name)")
    }
  }

  /// Any byte may be any other one: there is an error, or the same bytes; never more than was promised, and never a stop of the process.
  @Test func damagedDataNeverStopTheProcess() throws {
    let bytes = try Files.read(Self.vectors)
    let archive = try ZipArchive(path: Self.vectors)
    let path = NSTemporaryDirectory() + "flipgate-\(UUID().uuidString).zip"
    defer { Files.remove(path) }
    for entry in archive.entries where entry.bytes < 300_000 {
      let range = try archive.range(of: entry)
      for place in stride(from: range.lowerBound, to: range.upperBound, by: max(1, range.count / 48)) {
        var damaged = bytes
        damaged[place] ^= 0x55
        try Files.write(damaged, to: path)
        let other = try ZipArchive(path: path)
        guard let same = other[entry.name] else { continue }
        // Without the checksum, so that the decoder alone has to hold.
        if let unpacked = try? other.unpack(same, limit: 1 << 20, checks: false) { #expect(unpacked.count == entry.bytes) }
      }
    }
  }
}
