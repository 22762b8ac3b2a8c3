// The recipes that a remedy tried, with what each came to and which was taken.

internal import Documents

extension Remedy {
  /// Several recipes on the same data, compared by next tokens of the validation examples: what stands for items where there are none to ask.
  public struct Sweep: Sendable, Hashable {
    /// Tokens of the validation examples that a model predicts, and those that the old model predicts and it does not.
    public struct Figures: Sendable, Hashable {
      public var right: Int
      public var negativeFlips: Int

      public init(right: Int, negativeFlips: Int) {
        self.right = right
        self.negativeFlips = negativeFlips
      }
    }

    public struct Entry: Sendable, Hashable {
      /// The axes' values, such as `mask=always-old rank=8`.
      public var recipe: String
      /// Its adapter's folder, and the digest of it.
      public var path: String
      public var digest: String
      public var figures: Figures
      /// Cross-entropy on the validation examples, nats a token; nil where it was not measured.
      public var validationLoss: Double?
      public var steps: Int
      public var seconds: Double
      /// Whether no other recipe is better in one of both figures and no worse in the other.
      public var isOnFrontier: Bool

      public init(
        recipe: String, path: String, digest: String, figures: Figures, validationLoss: Double?, steps: Int, seconds: Double, isOnFrontier: Bool
      ) {
        self.recipe = recipe
        self.path = path
        self.digest = digest
        self.figures = figures
        self.validationLoss = validationLoss
        self.steps = steps
        self.seconds = seconds
        self.isOnFrontier = isOnFrontier
      }
    }

    /// A recipe whose training failed.
    public struct Failure: Sendable, Hashable {
      public var recipe: String
      public var reason: String

      public init(recipe: String, reason: String) {
        self.recipe = recipe
        self.reason = reason
      }
    }

    /// Validation tokens.
    public var tokens: Int
    /// The candidate as it came.
    public var candidate: Figures
    public var entries: [Entry]
    public var failures: [Failure]
    /// The place of the recipe that was taken.
    public var chosen: Int

    public init(tokens: Int, candidate: Figures, entries: [Entry], failures: [Failure] = [], chosen: Int) {
      self.tokens = tokens
      self.candidate = candidate
      self.entries = entries
      self.failures = failures
      self.chosen = chosen
    }
  }
}

extension Remedy.Sweep {
  var json: JSONValue {
    [
      "tokens": .integer(tokens), "candidate": .object(of: candidate.members), "chosen": .integer(chosen),
      "recipes": .array(entries.map(\.json)),
      "failed": .array(failures.map { ["name": .string($0.recipe), "error": .string($0.reason)] }),
    ]
  }

  init(_ fields: ResultFields) throws(ResultError) {
    self.init(
      tokens: try fields.integer("tokens"), candidate: try Figures(fields.object("candidate")), entries: [], chosen: try fields.integer("chosen"))
    for recipe in try fields.objects("recipes") { entries.append(try Entry(recipe)) }
    for recipe in try fields.objects("failed") {
      failures.append(Failure(recipe: try recipe.string("name"), reason: try recipe.string("error")))
    }
    guard entries.indices.contains(chosen) else { throw fields.error("chosen", expected: "the place of a recipe") }
  }
}

extension Remedy.Sweep.Figures {
  var members: [(String, JSONValue)] { [("right", .integer(right)), ("negative_flips", .integer(negativeFlips))] }

  init(_ fields: ResultFields) throws(ResultError) {
    self.init(right: try fields.integer("right"), negativeFlips: try fields.integer("negative_flips"))
  }
}

extension Remedy.Sweep.Entry {
  var json: JSONValue {
    .object(
      of: [("name", .string(recipe)), ("path", .string(path)), ("sha256", .string(digest))] + figures.members + [
        ("validation_loss", validationLoss.map(JSONValue.number) ?? .null), ("steps", .integer(steps)), ("seconds", .number(seconds)),
        ("on_frontier", .bool(isOnFrontier)),
      ])
  }

  init(_ fields: ResultFields) throws(ResultError) {
    self.init(
      recipe: try fields.string("name"), path: try fields.string("path"), digest: try fields.string("sha256"),
      figures: try Remedy.Sweep.Figures(fields), validationLoss: try fields.optionalNumber("validation_loss"), steps: try fields.integer("steps"),
      seconds: try fields.optionalNumber("seconds") ?? 0, isOnFrontier: try fields.bool("on_frontier"))
  }
}
