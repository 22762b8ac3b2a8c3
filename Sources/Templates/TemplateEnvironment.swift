// What a template may rely on: how tags eat white space, what an undefined name does, which functions there are.

/// The rules a template is compiled and rendered by.
public struct TemplateEnvironment: Sendable {
  public enum UndefinedNames: Sendable {
    /// Every use of an undefined name but `is defined` and `default` is an error (Jinja's `StrictUndefined`).
    case strict
    /// An undefined name prints as nothing, is false and iterates over nothing (Jinja's `Undefined`).
    case lenient
  }

  public enum JSONText: Sendable {
    /// Jinja's own `tojson`: keys sorted, non-ASCII and HTML's characters escaped.
    case htmlSafe
    /// `tojson` as chat templates know it: keys in their order, text as it is.
    case plain
  }

  /// Bounds that a template can't get past, whatever it does.
  public struct Limits: Sendable {
    /// Expressions and statements evaluated in one rendering.
    public var steps = 5_000_000
    /// Bytes of text and list elements made in one rendering, results and intermediate values together.
    public var memory = 256 << 20
    /// Nested evaluations: macros in macros, loops in loops.
    public var depth = 400
    public init() {}
  }

  public var undefinedNames: UndefinedNames = .lenient
  /// Drop the first line break after a tag.
  public var trimsBlocks = false
  /// Drop white space before a tag that begins its line.
  public var stripsBlocks = false
  public var keepsTrailingNewline = false
  public var jsonText: JSONText = .htmlSafe
  /// Whether `{% break %}` and `{% continue %}` exist.
  public var hasLoopControls = false
  /// Whether the filter `regex_replace` exists.
  public var hasRegexReplace = false
  /// Whether the functions of chat templates exist, `raise_exception` and `strftime_now`, and namespaces refuse names with an underscore.
  public var isChat = false
  public var limits = Limits()

  /// Jinja's defaults.
  public init() {}

  /// As lm-evaluation-harness renders the prompts of a task (`lm_eval.utils.env`, 0.4.13).
  public static let taskPrompts: TemplateEnvironment = {
    var environment = TemplateEnvironment()
    environment.undefinedNames = .strict
    environment.keepsTrailingNewline = true
    environment.hasRegexReplace = true
    return environment
  }()

  /// As transformers renders chat templates (`transformers.utils.chat_template_utils`).
  public static let chat: TemplateEnvironment = {
    var environment = TemplateEnvironment()
    environment.trimsBlocks = true
    environment.stripsBlocks = true
    environment.jsonText = .plain
    environment.hasLoopControls = true
    environment.isChat = true
    return environment
  }()
}
