// Training from models on disk to an adapter on disk: the same bits however it goes, and nothing half done under the final name.

import Checkpoints
import Documents
import Foundation
import LanguageModels
import Synchronization
import Tasks
import Tensors
import Testing

@testable import Adaptation

@Suite struct SessionTests {
  static let fixtures = OptimizerTests.fixtures
  static let train = fixtures + "/tasks/train.jsonl"

  static func folder() -> String { NSTemporaryDirectory() + "flipgate-session-\(UUID().uuidString)" }

  static func settings() -> TrainingSettings {
    var settings = TrainingSettings()
    settings.adapter = LoRASettings(rank: 4, alpha: 8)
    settings.batchTokens = 256
    settings.maxSteps = 6
    settings.validationTokens = 400
    settings.validationInterval = 3
    return settings
  }

  static func request(threads: Int = 1, old: String = "models/baseline", newAdapter: String? = nil) -> AdaptationRequest {
    AdaptationRequest(
      old: .init(path: "\(fixtures)/\(old)", name: "old"), new: .init(path: fixtures + "/models/candidate", name: "new", adapter: newAdapter),
      training: [.file(train)], model: LanguageModel.Options(threads: threads), version: "test")
  }

  /// - Parameter steps: the run is stopped before the step behind so many.
  static func run(
    _ request: AdaptationRequest, _ objective: Objective = Objective(), settings: TrainingSettings = settings(), sweep: Sweep = Sweep(),
    to output: String,
    steps: Int? = nil, resumes: Bool = false
  ) throws -> AdaptationRun.Result {
    let asked = Mutex(0)
    return try AdaptationRun(
      request, settings: settings, objective: objective, sweep: sweep, output: output, resumes: resumes,
      environment: TrainingEnvironment(
        clock: { 0 },
        isCancelled: {
          asked.withLock { asked in
            asked += 1
            return steps.map { asked > $0 } ?? false
          }
        })
    ).run()
  }

  static func remove(_ output: String) {
    for folder in [output, output + ".training", output + ".teachers"] { Files.removeFolder(folder) }
  }

  @Test(arguments: TokenMask.allCases) func everyMaskTrains(_ mask: TokenMask) throws {
    let output = Self.folder()
    defer { Self.remove(output) }
    let result = try Self.run(Self.request(), Objective(mask: mask), to: output)
    #expect(result.adapter.outcome.steps == 6)
    #expect(try Files.list(output) == ["README.md", "adapter_config.json", "adapter_model.safetensors", "training.jsonl"])
    #expect(!Files.exists(output + ".training") && !Files.exists(output + ".teachers"))
    let flips = try #require(result.adapter.flips)
    #expect(flips.tokens > 0 && flips.oldRight <= flips.tokens)
  }

  /// Where the old model is the new one with an adapter, the residual is that adapter: nothing is left to learn, and that time counts.
  @Test func residualStart() throws {
    let outputs = (0..<4).map { _ in Self.folder() }
    defer { outputs.forEach(Self.remove) }
    var settings = Self.settings()
    settings.learningRate = 0.02
    let own = try Self.run(Self.request(), .crossEntropy, settings: settings, to: outputs[0])
    var request = Self.request(old: "models/candidate")
    request.old?.adapter = own.adapter.path
    settings.maxSteps = 1
    settings.adapter = LoRASettings(rank: 8, alpha: 4)
    func first(_ start: TrainingSettings.Start, _ output: String) throws -> Double {
      settings.start = start
      return try #require(try Self.run(request, Objective(mask: .alwaysOld), settings: settings, to: output).adapter.outcome.curve.first?.loss)
    }
    let (zero, residual) = (try first(.zero, outputs[1]), try first(.residual, outputs[2]))
    #expect(zero > 1e-3 && residual < 1e-2 * zero, "\(zero), \(residual)")
    settings.start = .residual
    for (request, objective, expected) in [
      (Self.request(newAdapter: own.adapter.path), Objective(), "goes on from the new model's own adapter"),
      (Self.request(), Objective.crossEntropy, "there is no old model"),
    ] {
      let error = #expect(throws: TrainingError.self) { try Self.run(request, objective, settings: settings, to: outputs[3]) }
      #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }
  }

  @Test func threadsChangeNoBit() throws {
    let outputs = [Self.folder(), Self.folder()]
    defer { outputs.forEach(Self.remove) }
    let digests = try zip(outputs, [1, 3]).map { try Self.run(Self.request(threads: $1), to: $0).adapter.digest }
    #expect(digests[0] == digests[1])
  }

  @Test(arguments: [0, 2, 3, 5]) func stoppedAndResumed(_ steps: Int) throws {
    let outputs = [Self.folder(), Self.folder()]
    defer { outputs.forEach(Self.remove) }
    var settings = Self.settings()
    settings.adapter.dropout = 0.1
    let whole = try Self.run(Self.request(), settings: settings, to: outputs[0])
    let error = #expect(throws: TrainingError.self) { try Self.run(Self.request(), settings: settings, to: outputs[1], steps: steps) }
    guard case .interrupted(steps, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!Files.exists(outputs[1]), "nothing under the final name")
    // Neither begun anew over the state, nor resumed with other data.
    #expect(throws: TrainingError.self) { try Self.run(Self.request(), settings: settings, to: outputs[1]) }
    let resumed = try Self.run(Self.request(), settings: settings, to: outputs[1], resumes: true)
    #expect(resumed.adapter.digest == whole.adapter.digest)
    #expect(resumed.adapter.outcome.curve == whole.adapter.outcome.curve)
  }

  @Test func theAdapterIsTheStudent() throws {
    let output = Self.folder()
    defer { Self.remove(output) }
    let result = try Self.run(Self.request(), Objective(mask: .alwaysOld), to: output)
    let base = try BaseWeights(Checkpoint(path: Self.fixtures + "/models/candidate"), options: LanguageModel.Options())
    let adapter = try Adapter(path: output)
    #expect(adapter.digest == result.adapter.digest)
    #expect(adapter.configuration.rank == 4 && adapter.configuration.base == "new")
    let student = try TrainableModel(base: base, startingFrom: adapter, options: TrainingOptions())
    #expect(student.values == result.adapter.outcome.values)
    let model = try LanguageModel(base: base, adapter: adapter, options: LanguageModel.Options())
    let batch = TokenBatch([[5, 60, 7, 81, 200, 3], [9, 12]])
    let (mine, loaded) = (try student.hiddenStates(batch), try model.hiddenStates(batch, threads: 1))
    for row in 0..<batch.rows { #expect(mine.row(row) == loaded.row(row)) }
    // It starts from the candidate's own adapter, where that is one.
    let next = output + "-next"
    defer { Self.remove(next) }
    let second = try Self.run(Self.request(newAdapter: output), to: next)
    #expect(second.adapter.rank == 4)
    #expect(second.adapter.outcome.firstLoss == result.adapter.outcome.bestLoss)
  }

  /// Cross-entropy on the training split brings its own loss down, without an old model.
  @Test func taskAdapters() throws {
    let output = Self.folder()
    defer { Self.remove(output) }
    var request = Self.request()
    request.old = nil
    var settings = Self.settings()
    settings.maxSteps = 20
    settings.learningRate = 2e-3
    let outcome = try Self.run(request, .crossEntropy, settings: settings, to: output).adapter.outcome
    #expect(try #require(outcome.bestLoss) < #require(outcome.firstLoss))
    #expect(try Files.readText(output + "/README.md").contains("# Task adapter for `new`"))
  }

  /// A llama with another tokenizer teaches by chunks.
  @Test func anotherTokenizer() throws {
    let output = Self.folder()
    defer { Self.remove(output) }
    let result = try Self.run(Self.request(old: "families/qwen2"), Objective(mask: .alwaysOld), to: output)
    #expect(result.adapter.outcome.curve.last.map { $0.loss > 0 } == true)
    #expect(result.adapter.flips == nil)
    let error = #expect(throws: TrainingError.self) {
      try Self.run(Self.request(old: "families/qwen2"), sweep: try Sweep(["rank=2,4"]), to: output + "-sweep")
    }
    #expect(error?.description.contains("different tokenizers") == true)
  }

  @Test func theGatesItemsAreRefusedOrLeftOut() throws {
    let output = Self.folder()
    defer { Self.remove(output) }
    var request = Self.request()
    // The training split as the gate: every story of the data is one of its items.
    request.gate = try TaskCatalog.loadTraining([Self.fixtures + "/tasks/stories.yaml"])
    let error = #expect(throws: OverlapError.self) { try Self.run(request, to: output) }
    #expect((error?.findings.count ?? 0) >= 200)
    #expect(!Files.exists(output))
    request.dropsOverlap = true
    let result = try Self.run(request, to: output)
    #expect(result.adapter.droppedExamples == error?.findings.count)
    #expect(try Files.readText(output + "/README.md").contains("left out, for they hold items of the gate"))
  }

  @Test func examplesThatTheUpdateBrokeMayCountMore() throws {
    let outputs = [Self.folder(), Self.folder()]
    defer { outputs.forEach(Self.remove) }
    let plain = try Self.run(Self.request(), Objective(mask: .alwaysOld), to: outputs[0])
    let focused = try Self.run(Self.request(), Objective(mask: .alwaysOld, weighting: Weighting(.flips, weight: 5)), to: outputs[1])
    #expect(plain.adapter.digest != focused.adapter.digest)
  }

  /// Factors of 1 change no bit, and each rule has its own word otherwise; a sweep has them as axes.
  @Test func weightingsAreTold() throws {
    let output = Self.folder()
    defer { Self.removeSweep(output, 8) }
    let result = try Self.run(
      Self.request(), Objective(mask: .alwaysOld), sweep: try Sweep(["weighting=uniform,old-right,old-likelier,flips", "weight=1,6"]), to: output)
    let entries = try #require(result.sweep).entries
    #expect(entries.map(\.recipe.objective.weighting.rule) == [.uniform, .uniform, .oldRight, .oldRight, .oldLikelier, .oldLikelier, .flips, .flips])
    let digests = entries.map(\.adapter.digest)
    #expect(Set([0, 1, 2, 4, 6].map { digests[$0] }).count == 1)
    #expect(Set([0, 3, 5, 7].map { digests[$0] }).count == 4)
    #expect(throws: TrainingError.self) { _ = try Sweep(["weighting=old"]).recipes(TrainingSettings(), Objective()) }
  }

  @Test func whatIsThereStays() throws {
    let output = Self.folder()
    defer { Self.remove(output) }
    try Files.write("mine", to: output + "/notes.txt")
    let error = #expect(throws: TrainingError.self) { try Self.run(Self.request(), to: output) }
    #expect(error?.description == "\(output) is there already; name another folder, or remove it")
    #expect(try Files.list(output) == ["notes.txt"])
    Files.remove(output + "/notes.txt")
  }

  @Test func aSweepTakesTheBest() throws {
    let output = Self.folder()
    defer { Self.removeSweep(output, 4) }
    let result = try Self.run(Self.request(), sweep: try Sweep(["mask=student-wrong,always-old", "rank=2,4"]), to: output)
    let sweep = try #require(result.sweep)
    #expect(
      sweep.entries.map(\.recipe.name) == [
        "mask=student-wrong rank=2", "mask=student-wrong rank=4", "mask=always-old rank=2", "mask=always-old rank=4",
      ])
    #expect(sweep.entries.map(\.adapter.rank) == [2, 4, 2, 4])
    #expect(result.adapter.digest == sweep.entries[sweep.chosen].adapter.digest)
    #expect(try Adapter(path: output).digest == result.adapter.digest)
    let noneIsFair = sweep.entries.allSatisfy { ($0.adapter.flips?.rightAfter ?? 0) < ($0.adapter.flips?.rightBefore ?? 0) }
    #expect(sweep.frontier.contains(sweep.chosen) || noneIsFair)
  }

  /// A recipe that diverges is told and takes nothing from the others; a sweep of such recipes alone is an error.
  @Test func aRecipeMayDiverge() throws {
    let outputs = [Self.folder(), Self.folder()]
    defer { for output in outputs { Self.removeSweep(output, 2) } }
    var settings = Self.settings()
    settings.adapter.alpha = 1e24
    let result = try Self.run(Self.request(), settings: settings, sweep: try Sweep(["learning-rate=1e-2,1e-30"]), to: outputs[0])
    let sweep = try #require(result.sweep)
    #expect(sweep.entries.map(\.recipe.name) == ["learning-rate=1e-30"] && sweep.chosen == 0)
    #expect(sweep.failures.map(\.recipe.name) == ["learning-rate=1e-2"])
    #expect(sweep.failures.first?.error.description.hasPrefix("training diverged at step ") ?? false)
    let saved = try JSONValue.parse(Files.readText(outputs[0] + "/sweep.json"))
    #expect(saved["failed"]?.array?.first?["name"] == "learning-rate=1e-2")
    #expect(try Files.list(outputs[0] + ".sweep").sorted() == ["2", "sweep.json"])
    let error = #expect(throws: TrainingError.self) {
      try Self.run(Self.request(), settings: settings, sweep: try Sweep(["learning-rate=1e-2,1e-3"]), to: outputs[1])
    }
    guard case .diverged? = error else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(!Files.exists(outputs[1]))
  }

  /// A sweep that was stopped goes on where it was: what is finished is not trained again, and the end is that of a sweep that was not stopped.
  @Test(arguments: [3, 9, 14]) func aSweepGoesOn(_ steps: Int) throws {
    let outputs = [Self.folder(), Self.folder()]
    defer { for output in outputs { Self.removeSweep(output, 3) } }
    let sweep = try Sweep(["rank=2,3,4"])
    let whole = try Self.run(Self.request(), sweep: sweep, to: outputs[0])
    let stopped = #expect(throws: TrainingError.self) { try Self.run(Self.request(), sweep: sweep, to: outputs[1], steps: steps) }
    #expect(stopped?.isInterruption ?? false)
    let unasked = #expect(throws: TrainingError.self) { try Self.run(Self.request(), sweep: sweep, to: outputs[1]) }
    guard case .unfinished? = unasked else { return #expect(Bool(false), "\(String(describing: unasked))") }
    // Six steps each: those of the recipes that are finished are asked for no more.
    let resumed = try Self.run(Self.request(), sweep: sweep, to: outputs[1], steps: 18 - steps + 1, resumes: true)
    #expect(resumed.adapter.digest == whole.adapter.digest)
    #expect(resumed.sweep?.entries.map(\.adapter.digest) == whole.sweep?.entries.map(\.adapter.digest))
    #expect(resumed.sweep?.entries.map(\.adapter.outcome.curve) == whole.sweep?.entries.map(\.adapter.outcome.curve))
    #expect(try Files.list(outputs[1] + ".sweep").sorted() == ["1", "2", "3", "sweep.json"])
  }

  private static func removeSweep(_ output: String, _ recipes: Int) {
    remove(output)
    for number in 1...recipes { for name in ["\(number)", "\(number).training"] { Files.removeFolder("\(output).sweep/\(name)") } }
    Files.removeFolder(output + ".sweep")
  }

  @Test(arguments: ["lambda", "depth=1", "rank=two", "mask=never", "rank=4,4"]) func badAxesAreNamed(_ text: String) {
    #expect(throws: TrainingError.self) { _ = try Sweep([text]).recipes(TrainingSettings(), Objective()) }
  }
}
