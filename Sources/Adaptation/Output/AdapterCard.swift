// The adapter's README: what it is for, what it was trained on and how, and what that changed.

internal import Documents

/// A model card, as the Hugging Face Hub and PEFT have them: YAML facts, then Markdown.
struct AdapterCard {
  struct Model {
    var name: String
    var weightsDigest: String
    var adapterDigest: String?
  }

  var old: Model?
  var new: Model
  var objective: Objective
  var settings: TrainingSettings
  var rank: Int
  var parameters: Int
  /// The sources of the training data with their digests.
  var data: [(name: String, digest: String)]
  var trainingExamples: Int
  var trainingTokens: Int
  var validationExamples: Int
  var validationIsGiven: Bool
  var droppedExamples: Int
  var truncatedExamples: Int
  var gateItems: Int
  var outcome: Trainer.Outcome
  var flips: TokenFlips?
  var version: String

  var text: String {
    let title = objective.kind == .muscle ? "Compatibility adapter" : "Task adapter"
    var lines = [
      "---", "base_model: \(JSONValue.string(new.name).serialized())", "library_name: peft", "pipeline_tag: text-generation",
      "tags: [lora, flipgate\(objective.kind == .muscle ? ", muscle" : "")]", "---", "", "# \(title) for \(Self.inline(new.name))", "",
    ]
    if let old {
      lines += [
        "A LoRA adapter that brings \(Self.inline(new.name)) closer to what \(Self.inline(old.name)) got right "
          + "(MUSCLE, arXiv 2407.09435), trained by flipgate \(version).", "",
      ]
    } else {
      lines += ["A LoRA adapter trained for a task by flipgate \(version).", ""]
    }
    lines += ["## Trained on", "", "| data | sha256 |", "|---|---|"]
    lines += data.map { "| \(Self.inline($0.name)) | `\(Self.digest($0.digest))` |" }
    lines += [
      "",
      "\(trainingExamples) examples with \(trainingTokens) tokens; \(validationExamples) \(validationIsGiven ? "other " : "")examples kept for validation"
        + (droppedExamples > 0 ? "; \(droppedExamples) left out, for they hold items of the gate" : "")
        + (truncatedExamples > 0 ? "; \(truncatedExamples) cut to \(settings.maxTokens) tokens" : "") + ".",
      gateItems > 0
        ? "None of them holds one of the \(gateItems) items of the gate: the same words, or half of an item's runs of five words."
        : "They were not held against the items of any gate.", "", "## Models", "", "| | name | weights | adapter |", "|---|---|---|---|",
    ]
    for (role, model) in [("old", old), ("new (the base)", new)] {
      guard let model else { continue }
      lines.append(
        "| \(role) | \(Self.inline(model.name)) | `\(Self.digest(model.weightsDigest))` | \(model.adapterDigest.map { "`\(Self.digest($0))`" } ?? "none") |"
      )
    }
    lines += [
      "", "## Recipe", "", "| | |", "|---|---|", "| rank, trained values | \(rank), \(parameters) |",
      "| objective | `\(objective.json.serialized())` |",
      "| settings | `\(settings.json.serialized())` |", "", "## What it changed", "",
      "\(outcome.steps) steps in \(Int(outcome.seconds.rounded(.up))) s; the values are those after step \(outcome.bestStep).",
    ]
    if let first = outcome.firstLoss, let best = outcome.bestLoss {
      lines.append("Cross-entropy on the validation examples: \(Self.rounded(first)) before, \(Self.rounded(best)) after, in nats a token.")
    }
    if let flips, flips.tokens > 0 {
      lines += [
        "", "| of \(flips.tokens) validation tokens | without | with the adapter |", "|---|---|---|",
        "| predicted (old model: \(flips.oldRight)) | \(flips.rightBefore) | \(flips.rightAfter) |",
        "| right by the old model, wrong by the new | \(flips.negativeBefore) | \(flips.negativeAfter) |",
        "| wrong by the old model, right by the new | \(flips.positiveBefore) | \(flips.positiveAfter) |", "",
      ]
    }
    lines.append("`training.jsonl` holds every step. Whether it may ship is for the gate to say, on items that it was not trained on.")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func rounded(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }
  private static func digest(_ text: String) -> String { text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text }

  /// A name inside of Markdown: code, so that nothing in it is markup.
  private static func inline(_ text: String) -> String {
    let name = visible(text, limit: 200).replacing("`", with: "'").replacing("|", with: "\\|")
    return "`\(name)`"
  }
}
