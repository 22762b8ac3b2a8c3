// action.yml on a pull request: the base branch's policy judges, and one comment says how it went.

import Documents
import Foundation
import LoopbackServer
import Testing

@Suite(.serialized) struct ActionPullRequestTests {
  /// A repository whose base allows 2 % of flips, and whose change allows all of them.
  private struct Repository {
    let folder: TemporaryFolder
    let path: String
    let base: String

    init() throws {
      folder = try TemporaryFolder()
      path = folder.path("repository")
      try Files.makeDirectory(path)
      try Self.git(["init", "--quiet", "--initial-branch=main"], path)
      try Files.makeDirectory(path + "/policies")
      try Files.write(Self.shared, to: path + "/policies/_shared.yaml")
      try Files.write(Self.policy(allowed: "2%"), to: path + "/policies/gate.yaml")
      try Self.commit("the rule", path)
      base = try Self.git(["rev-parse", "HEAD"], path)
      try Files.write(Self.policy(allowed: "100%"), to: path + "/policies/gate.yaml")
      try Files.write(Self.policy(allowed: "100%"), to: path + "/policies/new.yaml")
      try Self.commit("a looser rule", path)
    }

    static let shared = "apiVersion: flipgate/v1\nkind: Policy\nmetadata: {name: shared}\ntasks: [\(Program.fixture("tasks/stories.yaml"))]\n"

    static func policy(allowed: String) -> String {
      """
      apiVersion: flipgate/v1
      kind: Policy
      metadata: {name: gate}
      extends: _shared.yaml
      budgets:
        - {id: flips, task: stories, metric: negative_flips, allowed_ratio: \(allowed)}

      """
    }

    private static func commit(_ message: String, _ path: String) throws {
      try git(["add", "."], path)
      try git(["-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", message], path)
    }

    @discardableResult
    static func git(_ arguments: [String], _ path: String) throws -> String {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["git"] + arguments
      process.currentDirectoryURL = URL(filePath: path)
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let output = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "git \(arguments)")
      return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func job(_ more: [String: String] = [:], at workspace: String? = nil, api: String = "http://127.0.0.1:9", token: String = "ghs_0123456789abcdef")
      -> ActionJob
    {
      ActionJob(
        inputs: [
          "policy": "policies/gate.yaml", "baseline": Program.fixture("models/baseline"), "candidate": Program.fixture("models/candidate"),
          "binary": Program.path, "cache-dir": folder.path("cache"),
        ].merging(more) { $1 }, workspace: workspace ?? path, eventName: "pull_request",
        event: #"{"pull_request":{"number":12,"base":{"sha":"\#(base)","ref":"main"},"head":{"ref":"$(touch owned)"}}}"#, api: api, token: token)
    }
  }

  @Test func theBaseBranchsPolicyJudges() throws {
    let repository = try Repository()
    let action = try ActionFile.load()
    let judged = try action.run(repository.job())
    #expect(judged.status == 1 && judged.outputs["verdict"] == "failed", "\(judged.log)")
    let own = try action.run(repository.job(["policy-from": "head"]))
    #expect(own.status == 0 && own.outputs["verdict"] == "passed", "\(own.log)")
    // Again in the same workspace, as on a runner of one's own.
    #expect(try action.run(repository.job()).status == 1)
    // Outside of pull requests the checkout is what was merged.
    var pushed = repository.job()
    pushed.eventName = "push"
    #expect(try action.run(pushed).status == 0)
    let missing = try action.run(repository.job(["policy": "policies/new.yaml"]))
    #expect(missing.status == 2 && missing.log.contains("the base branch has no policy policies/new.yaml"), "\(missing.log)")
    let outside = try action.run(repository.job(["policy": "../gate.yaml"]))
    #expect(outside.status == 2 && outside.log.contains("outside of the checkout"))
    #expect(!Files.exists(repository.path + "/owned"))
  }

  /// A shallow checkout has the change alone, as actions/checkout makes it; the base is fetched.
  @Test func theBaseIsFetched() throws {
    let repository = try Repository()
    try Repository.git(["config", "uploadpack.allowReachableSHA1InWant", "true"], repository.path)
    let checkout = repository.folder.path("checkout")
    try Repository.git(["clone", "--quiet", "--depth=1", "file://\(repository.path)", checkout], repository.folder.path)
    let outcome = try ActionFile.load().run(repository.job(at: checkout))
    #expect(outcome.status == 1 && outcome.log.contains("The policy is the base branch's, of commit \(repository.base)."), "\(outcome.log)")
    try Repository.git(["remote", "set-url", "origin", "file:///nowhere"], checkout)
    var job = repository.job(at: checkout)
    job.event = job.event.replacingOccurrences(of: repository.base, with: String(repeating: "ab", count: 20))
    let lost = try ActionFile.load().run(job)
    #expect(lost.status == 2 && lost.log.contains("can't be fetched; check out with fetch-depth: 0"), "\(lost.log)")
  }

  @Test func oneCommentIsKept() throws {
    let repository = try Repository()
    let action = try ActionFile.load()
    // A hundred comments of others, the last of which pretends to be ours.
    var others = (1...100).map { CommentServer.Comment(id: $0, author: "jane", body: "comment \($0)") }
    others[99].body = "<!-- flipgate:gate -->\nmine"
    let server = try CommentServer(others)
    let first = try action.run(repository.job(["comment": "true"], api: server.origin))
    #expect(first.status == 1, "\(first.log)")
    #expect(first.outputs["comment-url"] == "https://github.example/acme/assistant/pull/12#issuecomment-1100")
    #expect(server.comments.count == 101)
    #expect(server.comments[100].body.hasPrefix("<!-- flipgate:gate -->\n") && server.comments[100].body.contains("flips"))
    #expect(!first.log.contains("ghs_"), "the token is never shown")

    let second = try action.run(repository.job(["comment": "true", "policy-from": "head"], api: server.origin))
    #expect(second.status == 0, "\(second.log)")
    #expect(second.outputs["comment-url"] == first.outputs["comment-url"])
    #expect(server.comments.count == 101 && server.comments[99].body == "<!-- flipgate:gate -->\nmine")
    #expect(server.requests.map(\.method) == ["GET", "GET", "POST", "GET", "GET", "PATCH"])

    // Another gate on the same pull request has a comment of its own; a push has none.
    _ = try action.run(repository.job(["comment": "true", "comment-key": "quantised"], api: server.origin))
    #expect(server.comments.count == 102 && server.comments[101].body.hasPrefix("<!-- flipgate:quantised -->"))
    var pushed = repository.job(["comment": "true"], api: server.origin)
    pushed.eventName = "push"
    #expect(try action.run(pushed).status == 0)
    #expect(server.comments.count == 102)
  }

  @Test func aRefusedCommentLeavesTheVerdict() throws {
    let repository = try Repository()
    let action = try ActionFile.load()
    let forked = try CommentServer(refusal: 403)
    let refused = try action.run(repository.job(["comment": "true"], api: forked.origin))
    #expect(refused.status == 1 && refused.outputs["verdict"] == "failed")
    let warnings = refused.log.split(separator: "\n").filter { $0.hasPrefix("::warning") }
    #expect(warnings.count == 1 && warnings[0].contains("HTTP 403 (Resource not accessible by integration%0A::error::no)"), "\(refused.log)")
    let wrong = try action.run(repository.job(["comment": "true"], api: forked.origin, token: "ghp_wrong"))
    #expect(wrong.status == 1 && wrong.log.contains("HTTP 401 (Bad credentials)") && !wrong.log.contains("ghp_wrong"))
    let silent = try action.run(repository.job(["comment": "true", "policy-from": "head"]))
    #expect(silent.status == 0 && silent.log.contains("reading the comments was answered with HTTP 000"), "\(silent.log)")
  }

  /// The API takes 65,536 characters; what is longer is cut, and says so.
  @Test func aLongCommentIsCut() throws {
    let repository = try Repository()
    let program = try repository.folder.write(
      """
      #!/usr/bin/env bash
      for argument in "$@"; do case "$argument" in --report-dir=*) reports=${argument#*=} ;; esac; done
      case "$1" in
        run) mkdir -p "$reports"; printf '%s' '{"format":"flipgate.result","verdict":"passed","tasks":[],"budgets":[]}' >"$reports/result.json" ;;
        report) if [ "$5" = --output ] || [ "$5" = -o ]; then yes é | head -n 70000 | tr -d '\\n' >"$6"; fi ;;
      esac
      """, to: "program")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let server = try CommentServer()
    let outcome = try ActionFile.load().run(repository.job(["binary": program, "comment": "true"], api: server.origin))
    #expect(outcome.status == 0 && outcome.outputs["verdict"] == "passed", "\(outcome.log)")
    #expect(outcome.outputs["items"] == "0")
    #expect(server.comments.count == 1, "\(outcome.log)")
    #expect(server.comments.first?.body.contains("This is cut; the whole summary: https://github.example/acme/assistant/actions/runs/77") == true)
  }
}
