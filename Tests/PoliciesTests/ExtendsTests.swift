// A policy that extends another: what it takes over, what it changes, and where faults are said to be.

import Comparison
import Documents
import Policies
import Testing

@Suite struct ExtendsTests {
  static let base = policyText(
    """
    tasks: [hellaswag, quiz.yaml]
    required_tasks: [quiz]
    defaults: {min_items: 2, max_unscored_ratio: 0.1, confidence: {level: 0.9, seed: 7}}
    budgets:
      - {id: flips, task: quiz, metric: negative_flips, allowed_ratio: 0.2}
      - {id: accuracy, task: quiz, metric: acc, max_drop: 0.1}
    slices: [{id: by-language, tasks: [quiz], by: language, budgets: [{metric: negative_flips, allowed_ratio: 0.5}, {metric: acc, max_drop: 1}]}]
    must_not_flip: [{id: refunds, task: quiz, items: [one]}]
    waivers: [{id: W, budget: flips, allowed_ratio: 0.3, owner: jane, reason: labels, expires: 2026-06-30}]
    """)

  static func child(_ body: String, of base: String = base, more: [String: String] = [:]) throws -> PolicyFolder {
    var files = ["base.yaml": base, "child.yaml": "apiVersion: flipgate/v1\nkind: Policy\nmetadata: {name: child}\nextends: base.yaml\n" + body]
    files.merge(more) { $1 }
    return try PolicyFolder(files)
  }

  @Test func everythingButTheHeadIsTakenOver() throws {
    let folder = try Self.child("")
    let (policy, base) = (try folder.load("child.yaml"), try folder.load("base.yaml"))
    #expect(policy.name == "child" && policy.path == folder.path + "/child.yaml")
    #expect(policy.budgets == base.budgets && policy.slices == base.slices && policy.waivers == base.waivers)
    #expect(policy.mustNotFlip == base.mustNotFlip && policy.requiredTasks == ["quiz"] && policy.tasks == base.tasks)
    #expect(policy.defaults.minItems == 2 && policy.confidence.level == 0.9 && policy.maxUnscoredRatio == 0.1)
    #expect(policy.parents == [folder.path + "/base.yaml"] && policy.overrides.isEmpty)
  }

  /// The rules of `PolicyInheritance`, each once.
  @Test func whatAChildSays() throws {
    let folder = try Self.child(
      """
      tasks: [piqa, hellaswag]
      required_tasks: [other]
      defaults: {min_items: 3, confidence: {level: 0.95}}
      budgets:
        - {id: new, task: quiz, metric: positive_flips, allowed_count: 1}
        - {id: flips, allowed_count: 1, action: warn}
      slices: [{id: by-language, budgets: [{metric: acc, max_drop: 0.5}, {metric: changed_wrong, allowed_count: 2}]}]
      must_not_flip: [{id: refunds, items: [two]}]
      waivers: [{id: W, allowed_count: 4}]
      """)
    let policy = try folder.load("child.yaml")
    #expect(policy.tasks == ["hellaswag", "quiz.yaml", "piqa"] && policy.requiredTasks == ["quiz", "other"])
    #expect(policy.confidence.level == 0.95 && policy.confidence.seed == 7 && policy.maxUnscoredRatio == 0.1)
    #expect(policy.budgets.map(\.id) == ["flips", "accuracy", "new"])
    #expect(policy.budgets[0].limits == [.flips(.count(1))], "a count takes the place of the ratio")
    #expect(policy.budgets[0].rules.action == .warn && policy.budgets.map(\.rules.minItems) == [3, 3, 3])
    #expect(policy.slices[0].budgets.map(\.limits) == [[.flips(.ratio(0.5))], [.maxDrop(0.5)], [.flips(.count(2))]])
    #expect(policy.mustNotFlip[0].items == ["one", "two"] && policy.waivers[0].ceiling == .count(4))
    #expect(
      policy.overrides.map(\.key) == [
        "defaults.min_items", "defaults.confidence.level", "budgets.flips.allowed_ratio", "slices.by-language.budgets.acc.max_drop",
        "waivers.W.allowed_ratio",
      ])
    #expect(policy.overrides[0].inherited == "2" && policy.overrides[0].own == "3" && policy.overrides[2].own == nil)
    #expect(policy.overrides[0].inheritedAt.description == folder.path + "/base.yaml:6:23")
    #expect(policy.overrides[0].ownAt.description == folder.path + "/child.yaml:7:23")
  }

  /// Any change of a parent is another policy.
  @Test func theDigestCoversTheParents() throws {
    let digests = try [Self.base, Self.base + "# one more line\n"].map { try Self.child("", of: $0).load("child.yaml").digest }
    let alone = try PolicyFolder(["base.yaml": Self.base]).load("base.yaml").digest
    #expect(Set(digests + [alone]).count == 3)
    #expect(try Self.child("").load("child.yaml").digest == digests[0])
  }

  @Test func grandparents() throws {
    let middle = "apiVersion: flipgate/v1\nkind: Policy\nmetadata: {name: middle}\nextends: ../base.yaml\ndefaults: {min_items: 9}\n"
    let leaf = "apiVersion: flipgate/v1\nkind: Policy\nmetadata: {name: leaf}\nextends: teams/middle.yaml\n"
    let folder = try PolicyFolder(["base.yaml": Self.base, "teams/middle.yaml": middle, "leaf.yaml": leaf, "quiz.yaml": "task: quiz"])
    let policy = try folder.load("leaf.yaml")
    #expect(policy.parents == ["/teams/middle.yaml", "/teams/../base.yaml"].map { folder.path + $0 })
    #expect(policy.defaults.minItems == 9 && policy.budgets.map(\.id) == ["flips", "accuracy"])
    // The task file lies beside the base; a built-in task is no file.
    #expect(policy.tasks == ["hellaswag", "teams/../quiz.yaml"])
    #expect(try folder.load("teams/middle.yaml").tasks == ["hellaswag", "../quiz.yaml"])
  }

  @Test func circles() throws {
    func text(_ parent: String) -> String { "apiVersion: flipgate/v1\nkind: Policy\nmetadata: {name: c}\nextends: \(parent)\n" }
    let folder = try PolicyFolder(["a.yaml": text("b.yaml"), "b.yaml": text("./c.yaml"), "c.yaml": text("b.yaml"), "self.yaml": text("self.yaml")])
    #expect(
      folder.faults("a.yaml") == ["./c.yaml:4:10: the policy extends itself: b.yaml extends ./c.yaml extends ./b.yaml; leave one of these out"])
    #expect(folder.faults("self.yaml") == ["self.yaml:4:10: the policy extends itself: self.yaml extends self.yaml; leave one of these out"])
  }

  @Test func tooManyFiles() throws {
    var files = ["8.yaml": Self.base]
    for number in 0..<8 {
      files["\(number).yaml"] = "apiVersion: flipgate/v1\nkind: Policy\nmetadata: {name: c}\nextends: \(number + 1).yaml\n"
    }
    let folder = try PolicyFolder(files)
    #expect(folder.faults("0.yaml") == ["7.yaml:4:10: a policy can be made of 8 files at most; put some of them together"])
    #expect(folder.faults("1.yaml").isEmpty)
  }

  @Test func aParentThatIsNotThere() throws {
    let folder = try PolicyFolder(["a.yaml": "apiVersion: flipgate/v1\nkind: Policy\nmetadata: {name: a}\nextends: gone.yaml\nbudgets: []\n"])
    let faults = folder.faults("a.yaml")
    #expect(
      faults.count == 1 && faults.first?.hasPrefix("a.yaml:4:10: the policy that this one extends can't be read: gone.yaml") == true, "\(faults)")
  }

  /// Faults of both files at once, each in its own.
  @Test func faultsNameTheRightFile() throws {
    let base = policyText("budgets: [{id: flips, task: quiz, metric: negative_flips, alowed_count: 2}]\ndefaults: {action: fial}\n")
    let folder = try Self.child("budgets: [{id: flips, allowed_ratio: 5}, {id: new, task: quiz, metric: acc}]", of: base)
    #expect(
      folder.faults("child.yaml") == [
        "child.yaml:5:38: \"allowed_ratio\" is 5, which is no ratio: write a number from 0 to 1, or a percentage such as \"5%\"",
        "child.yaml:5:42: the budget \"new\" on \"acc\" has no limit; add one of max_drop, max_relative_drop, min_value, max_gain, "
          + "mean_regression, item_drop",
        "base.yaml:4:59: unknown key \"alowed_count\" in a budget; did you mean \"allowed_count\"?",
        "base.yaml:5:20: \"action\" is \"fial\"; expected fail, warn, info (did you mean \"fail\"?)",
      ])
  }

  /// A parent's section of the wrong kind is a fault, though the child has one of its own.
  @Test(arguments: [("budgets: {id: flips}", "budgets"), ("tasks: quiz", "tasks"), ("defaults: [1]", "defaults")])
  func aParentsSectionIsNotLostUnseen(_ section: String, _ key: String) throws {
    let own = key == "defaults" ? "defaults: {action: fail}" : key == "tasks" ? "tasks: [quiz]" : ""
    let budgets = "budgets: [{id: b, task: quiz, metric: acc, max_drop: 0}]"
    let faults = try Self.child("\(own)\n\(budgets)", of: policyText(section)).faults("child.yaml")
    #expect(faults.count == 1 && faults.first?.hasPrefix("base.yaml:4:") == true, "\(faults)")
  }

  @Test func duplicates() throws {
    let folder = try Self.child("must_not_flip: [{id: accuracy, task: quiz, items: [one]}]")
    #expect(
      folder.faults("child.yaml") == [
        "child.yaml:5:22: the budget id \"accuracy\" is already used at base.yaml:9:10; give each its own, it is what reports are compared by"
      ])
    let twice = try Self.child("budgets: [{id: flips, allowed_count: 1}, {id: flips, task: quiz, metric: acc, max_drop: 1}]")
    #expect(twice.faults("child.yaml").count == 1)
  }

  /// The head is each file's own: nobody's name stands under another policy.
  @Test func theHeadIsNotInherited() throws {
    let folder = try PolicyFolder(["base.yaml": Self.base, "child.yaml": "extends: base.yaml\n"])
    #expect(
      folder.faults("child.yaml") == [
        "child.yaml:1:1: the policy has no \"apiVersion\"; add it", "child.yaml:1:1: the policy has no \"kind\"; add it",
        "child.yaml:1:1: the policy has no \"metadata\"; add it",
      ])
  }
}
