// The objective as a JSON object: what a checkpoint, a training log and a card say of it.

public import Documents

extension Objective {
  /// `{"kind","mask","temperature","lambda","aligns_to_new_model","weighting":{"rule","weight","rest"},"counts_prompt","chunks":{"temperature","weight"}}`.
  public var json: JSONValue {
    .object(of: [
      ("kind", .string(kind.rawValue)), ("mask", .string(mask.rawValue)), ("temperature", .number(temperature)), ("lambda", .number(lambda)),
      ("aligns_to_new_model", .bool(alignsToNewModel)),
      (
        "weighting",
        .object(of: [("rule", .string(weighting.rule.rawValue)), ("weight", .number(weighting.weight)), ("rest", .number(weighting.rest))])
      ),
      ("counts_prompt", .bool(countsPrompt)),
      ("chunks", .object(of: [("temperature", .number(chunkMatching.temperature)), ("weight", .number(chunkMatching.weight))])),
    ])
  }

  /// The objective that ``json`` gave; members that are missing keep their usual value.
  ///
  /// - Throws: ``ObjectiveError`` for an unknown name, a value of the wrong kind or out of range.
  public init(json: JSONValue) throws(ObjectiveError) {
    self.init()
    guard case .object = json else { throw .badMember("objective", found: json.kindName, expected: "an object") }
    func named<Value: CaseIterable & RawRepresentable<String>>(
      _ key: String, in object: JSONValue? = nil, _ usual: Value
    ) throws(ObjectiveError) -> Value {
      guard let member = (object ?? json)[key] else { return usual }
      let known = Value.allCases.map(\.rawValue)
      guard let text = member.string else { throw .badMember(key, found: member.kindName, expected: known.joined(separator: ", ")) }
      guard let value = Value(rawValue: text) else { throw .unknownName(key, found: text, known: known) }
      return value
    }
    func number(_ object: JSONValue, _ key: String, _ usual: Double) throws(ObjectiveError) -> Double {
      guard let member = object[key] else { return usual }
      guard let value = member.double else { throw .badMember(key, found: member.kindName, expected: "a number") }
      return value
    }
    func flag(_ key: String, _ usual: Bool) throws(ObjectiveError) -> Bool {
      guard let member = json[key] else { return usual }
      guard let value = member.bool else { throw .badMember(key, found: member.kindName, expected: "true or false") }
      return value
    }
    kind = try named("kind", kind)
    mask = try named("mask", mask)
    temperature = try number(json, "temperature", temperature)
    lambda = try number(json, "lambda", lambda)
    alignsToNewModel = try flag("aligns_to_new_model", alignsToNewModel)
    countsPrompt = try flag("counts_prompt", countsPrompt)
    if let chunks = json["chunks"] {
      chunkMatching.temperature = try number(chunks, "temperature", chunkMatching.temperature)
      chunkMatching.weight = try number(chunks, "weight", chunkMatching.weight)
    }
    if let member = json["weighting"] {
      weighting.rule = try named("rule", in: member, weighting.rule)
      weighting.weight = try number(member, "weight", weighting.weight)
      weighting.rest = try number(member, "rest", weighting.rest)
    }
    try check()
  }
}
