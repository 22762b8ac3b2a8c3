// The split patterns that files only name, or leave to a class: those of the models' own `tokenizer.json`.

/// Well-known patterns by which byte-level models cut text into words.
enum WordPattern {
  private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
  private static let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
  private static let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
  private static let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
  private static let lead = #"[^\r\n\p{L}\p{N}]?"#

  static let llama3 = "\(contractions)|\(lead)\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\(spaces)"
  static let qwen2 = "\(contractions)|\(lead)\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\(spaces)"
  static let gpt4o =
    "\(lead)\(upper)*\(lower)+\(contractions)?|\(lead)\(upper)+\(lower)*\(contractions)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\(spaces)"
  static let tekken = "\(lead)\(upper)*\(lower)+|\(lead)\(upper)+\(lower)*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\(spaces)"
  static let deepSeek3 =
    ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|"## + spaces
}
