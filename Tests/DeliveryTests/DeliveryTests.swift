// Delivery: whole files, and failures that are told without changing the verdict.

import Comparison
import Delivery
import Documents
import Foundation
import Policies
import Records
import Reports
import Testing

@Suite struct DeliveryTests {
  /// A folder of its own, removed afterwards.
  final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "flipgate-delivery-\(UUID().uuidString)").path
    init() throws { try Files.makeDirectory(path) }
    // A folder that is left behind does no harm.
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  /// A comparison without tasks is undecided: exit status 3.
  static func result() throws -> GateResult {
    let text = """
      apiVersion: flipgate/v1
      kind: Policy
      metadata: {name: p}
      budgets: [{id: b, task: t, metric: negative_flips, allowed_count: 0}]
      """
    let header = RecordHeader(
      created: "2026-01-02T03:04:05Z",
      model: .init(name: "m", weightsDigest: "w", configDigest: "c", adapterDigest: nil, parameters: 1, architecture: "llama"),
      tokenizerDigest: "t", chatTemplateDigest: nil,
      engine: .init(name: "flipgate", version: "0", precision: "f32", matrixLibrary: "none", kernels: "none"), tasks: [])
    return try Policy.parse(text, file: "p.yaml").judge(
      Comparison(baseline: header, candidate: header, tasks: [], differences: []), today: CalendarDate(unixTime: 0))
  }

  @Test func filesAreWhole() throws {
    let folder = try Folder()
    let result = try Self.result()
    let deliveries = Reports.all.map { Delivery($0, to: FileSink(path: folder.path + "/new/folder/" + $0.fileName)) }
    let names = Set(Reports.all.map(\.fileName)).sorted()
    #expect(deliveries.publish(result).isEmpty)
    #expect(try Files.list(folder.path + "/new/folder") == names)
    #expect(try GateResult.read(folder.path + "/new/folder/result.json") == result)
    // Again, over the files that are there.
    #expect(deliveries.publish(result).isEmpty)
    #expect(try Files.list(folder.path + "/new/folder") == names)
  }

  /// The first sink can't be written: the second is, and the verdict's exit status stays unless the first is required.
  @Test(arguments: [false, true]) func aFailureIsToldAndTheRestGoesOn(_ isRequired: Bool) throws {
    let folder = try Folder()
    let file = folder.path + "/file"
    try Files.write("x", to: file)
    let result = try Self.result()
    let failures = [
      Delivery(JSONReport(), to: FileSink(path: file + "/result.json", isRequired: isRequired)),
      Delivery(JUnitReport(), to: FileSink(path: folder.path + "/junit.xml")),
    ].publish(result)
    #expect(failures.map(\.report) == ["json"])
    #expect(failures.first?.cause is FileError)
    #expect(
      failures.first?.description
        == "the json report was not delivered to \(file)/result.json"
        + (isRequired ? ", and it is required" : "; the verdict stands without it"))
    #expect(Files.exists(folder.path + "/junit.xml"))
    #expect(result.exitStatus == .undecided)
    #expect(result.exitStatus(after: failures) == (isRequired ? .failure : .undecided))
    #expect(result.exitStatus(after: []) == .undecided)
  }

  struct BrokenReport: Report {
    struct Fault: Error {}
    var name: String { "broken" }
    var fileName: String { "broken.txt" }
    var mediaType: String { "text/plain" }
    func render(_ result: GateResult) throws -> [UInt8] { throw Fault() }
  }

  @Test func aReportThatCannotBeRenderedLeavesNoFile() throws {
    let folder = try Folder()
    let failures = [Delivery(BrokenReport(), to: FileSink(path: folder.path + "/broken.txt"))].publish(try Self.result())
    #expect(failures.map(\.report) == ["broken"])
    #expect(try Files.list(folder.path).isEmpty)
  }

  /// More than a pipe holds (64 KiB), read while it is written.
  @Test func standardOutputTakesAllBytes() throws {
    let pipe = Pipe()
    let bytes = (0..<300_000).map { UInt8($0 % 251) }
    let reader = Reader(pipe.fileHandleForReading)
    try StandardOutputSink(descriptor: pipe.fileHandleForWriting.fileDescriptor).deliver(bytes)
    try pipe.fileHandleForWriting.close()
    #expect(reader.wait() == bytes)
  }

  @Test func aClosedDescriptorIsAFailure() {
    #expect(throws: FileError.self) { try StandardOutputSink(descriptor: -1).deliver([1]) }
  }
}

/// Reads a file handle to its end on another thread.
private final class Reader: @unchecked Sendable {
  private let done = DispatchSemaphore(value: 0)
  private var bytes: [UInt8] = []

  init(_ handle: FileHandle) {
    DispatchQueue.global().async { [self] in
      bytes = Array(handle.readDataToEndOfFile())
      done.signal()
    }
  }

  func wait() -> [UInt8] {
    done.wait()
    return bytes
  }
}
