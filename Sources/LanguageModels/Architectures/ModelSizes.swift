// The sizes that every decoder has, read from either container under the names that most families use.

internal import Checkpoints
internal import Tensors

/// Widths and counts of a decoder.
struct ModelSizes {
  var vocabulary: Int
  var hidden: Int
  /// Between the products of a feed-forward layer.
  var feedForward: Int
  var layers: Int
  var heads: Int
  var keyValueHeads: Int
  /// Values of a head.
  var head: Int
  /// The most tokens.
  var context: Int

  /// From `config.json`, under the names of Llama's.
  init(_ config: ModelConfiguration, feedForward: String = "intermediate_size") throws(ModelError) {
    hidden = try config.size("hidden_size")
    heads = try config.size("num_attention_heads")
    self.feedForward = try config.size(feedForward)
    vocabulary = try config.size("vocab_size")
    layers = try config.layers("num_hidden_layers")
    keyValueHeads = try config.size("num_key_value_heads", default: heads)
    head = try config.size("head_dim", default: hidden / heads)
    context = try config.size("max_position_embeddings", default: 2048)
    try check(config.place)
  }

  /// From GGUF metadata, under the prefix of the architecture.
  init(gguf: ModelConfiguration, _ prefix: String, checkpoint: Checkpoint) throws(ModelError) {
    guard let rows = checkpoint["token_embd.weight"]?.shape.first else { throw .missingTensor(gguf.place, "token_embd.weight") }
    vocabulary = rows
    hidden = try gguf.size("\(prefix).embedding_length")
    heads = try gguf.size("\(prefix).attention.head_count")
    feedForward = try gguf.size("\(prefix).feed_forward_length")
    layers = try gguf.layers("\(prefix).block_count")
    keyValueHeads = try gguf.size("\(prefix).attention.head_count_kv", default: heads)
    head = try gguf.size("\(prefix).attention.key_length", default: hidden / heads)
    context = try gguf.size("\(prefix).context_length", default: 2048)
    try check(gguf.place)
  }

  init(
    vocabulary: Int, hidden: Int, feedForward: Int, layers: Int, heads: Int, keyValueHeads: Int? = nil, context: Int, place: String
  ) throws(ModelError) {
    self.vocabulary = vocabulary
    self.hidden = hidden
    self.feedForward = feedForward
    self.layers = layers
    self.heads = heads
    self.keyValueHeads = keyValueHeads ?? heads
    head = hidden / heads
    self.context = context
    try check(place)
  }

  private func check(_ place: String) throws(ModelError) {
    guard heads % keyValueHeads == 0 else {
      throw .inconsistent(place, "\(heads) heads can't share \(keyValueHeads) key/value heads evenly")
    }
    guard head > 0 else { throw .inconsistent(place, "a hidden size of \(hidden) leaves nothing for each of \(heads) heads") }
  }

  var queryWidth: Int { heads * head }
  var keyWidth: Int { keyValueHeads * head }

  func attention(scale: Float? = nil, softCap: Float? = nil, window: Int? = nil) -> AttentionShape {
    AttentionShape(heads: heads, keyValueHeads: keyValueHeads, headWidth: head, scale: scale, softCap: softCap, window: window)
  }
}
