// A text that is neither a path nor the name of a model.

public import Documents

public struct ModelNameError: Diagnostic, Equatable {
  public enum Part: Sendable, Equatable {
    case repository(String)
    case revision(String)
    case file(String)
  }

  public var text: String
  public var part: Part
}

extension ModelNameError {
  public var description: String {
    switch part {
    case .repository(let name):
      "\(quoted(name)) is no name of a model: expected org/name or name, of letters, digits, '-', '_' and '.'"
    case .revision(let revision): "\(quoted(revision)) is no name of a revision: expected a branch, a tag or a commit behind the '@'"
    case .file(let file): "\(quoted(file)) is no file of a model: behind the ':' stands a .gguf file of the repository"
    }
  }
}
