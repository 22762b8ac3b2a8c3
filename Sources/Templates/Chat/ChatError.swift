// What is wrong with a conversation, or with the choice of a chat template.

public import Documents

/// A conversation that no template can be given, or a set of templates without the one that is asked for.
public struct ChatError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case notAnObject(found: String)
    case notAnArray(found: String)
    case notText(found: String)
    case notContent(found: String)
    case noRole
    case noMessages
    case cannotContinue(reason: String)
    /// The template prints the final message in a way that can't be continued.
    case continuationLost
    case noTemplate(named: String, among: [String])
    case noDefaultTemplate(among: [String])
    /// A file of templates that does not have the expected form.
    case badTemplateFile(found: String, expected: String)
  }

  /// Where: `messages[3].content`, or the file that templates come from.
  public var place: String
  public var problem: Problem

  public init(place: String, problem: Problem) {
    self.place = place
    self.problem = problem
  }
}

extension ChatError {
  public var description: String { "\(place): \(problem.sentence)" }
}

extension ChatError.Problem {
  var sentence: String {
    switch self {
    case .notAnObject(let found): "found \(found), expected an object with \"role\" and \"content\""
    case .notAnArray(let found): "found \(found), expected an array of messages"
    case .notText(let found): "found \(found), expected a text"
    case .notContent(let found): "found \(found), expected a text or an array of parts"
    case .noRole: "there is no \"role\"; a message needs one such as \"system\", \"user\" or \"assistant\""
    case .noMessages: "there is no message; a chat template needs at least one"
    case .cannotContinue(let reason): "the final message can't be continued: \(reason)"
    case .continuationLost:
      "the final message can't be continued: the chat template drops or rewrites it; ask for a generation prompt instead"
    case .noTemplate(let name, let names):
      "there is no chat template \(quoted(name)); there are \(names.map { quoted($0) }.joined(separator: ", "))"
        + (nearestName(to: name, among: names).map { "; did you mean \(quoted($0))?" } ?? "")
    case .noDefaultTemplate(let names):
      "there are several chat templates (\(names.map { quoted($0) }.joined(separator: ", "))) and none is called \"default\"; choose one by name"
    case .badTemplateFile(let found, let expected): "found \(found), expected \(expected)"
    }
  }
}
