// A policy's remedy in sentences.

internal import Documents

extension RemedyRule {
  /// What is done, when, and whose verdict counts then.
  var sentences: [String] {
    let occasion = when == .failed ? "If the gate fails" : "Whatever the verdict"
    let data = Policy.list(train.map { quoted($0) }, "and")
    var settings: [String] = []
    if let rank { settings.append("rank \(rank)") }
    if let mask { settings.append("mask \(mask.rawValue)") }
    if let start { settings.append("start \(start.rawValue)") }
    if let weighting { settings.append("weighting \(weighting.rawValue)") }
    if let weight { settings.append("weight \(Numbers.short(weight, 6))") }
    if let restWeight { settings.append("weight of the rest \(Numbers.short(restWeight, 6))") }
    if let lambda { settings.append("lambda \(Numbers.short(lambda, 6))") }
    if let temperature { settings.append("temperature \(Numbers.short(temperature, 6))") }
    if let learningRate { settings.append("learning rate \(learningRate)") }
    if let epochs { settings.append("\(epochs) epoch\(epochs == 1 ? "" : "s")") }
    if let maxSteps { settings.append("at most \(maxSteps) steps") }
    if let maxMinutes { settings.append("at most \(Numbers.short(maxMinutes, 6)) minutes") }
    if !sweep.isEmpty { settings.append("the best of \(Policy.list(sweep.map { visible($0) }, "and"))") }
    return [
      "\(occasion), a compatibility adapter is trained on \(data)\(settings.isEmpty ? "" : " (" + settings.joined(separator: ", ") + ")"), "
        + "and the candidate is judged again with it.",
      "Training examples that hold an item of the gate are \(dropsOverlap ? "left out" : "an error").",
      decides
        ? "The verdict is that of the candidate with the adapter."
        : "The verdict stays that of the candidate as it came; the other is reported beside it.",
    ]
  }
}
