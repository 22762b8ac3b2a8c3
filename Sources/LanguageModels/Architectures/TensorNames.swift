// What the weights of a decoder are called: the names that most families share, in either container.

internal import Tensors

/// Names of tensors without `.weight` or `.bias`; those of a layer behind its prefix and number.
struct TensorNames {
  var embedding: String
  var finalNorm: String
  var unembedding: String
  /// Before the number of a layer.
  var layers: String
  var attentionNorm: String
  var query: String
  var key: String
  var value: String
  var attentionOutput: String
  var queryNorm: String
  var keyNorm: String
  var attentionOutputNorm: String
  var feedForwardNorm: String
  var gate: String
  var up: String
  var down: String
  var feedForwardOutputNorm: String

  /// As transformers writes Llama and its relatives.
  ///
  /// - Parameter root: what stands before `embed_tokens`, `layers` and `norm`.
  static func huggingFace(root: String = "model.") -> TensorNames {
    TensorNames(
      embedding: root + "embed_tokens", finalNorm: root + "norm", unembedding: "lm_head", layers: root + "layers.",
      attentionNorm: "input_layernorm", query: "self_attn.q_proj", key: "self_attn.k_proj", value: "self_attn.v_proj",
      attentionOutput: "self_attn.o_proj", queryNorm: "self_attn.q_norm", keyNorm: "self_attn.k_norm",
      attentionOutputNorm: "post_attention_layernorm", feedForwardNorm: "post_attention_layernorm", gate: "mlp.gate_proj", up: "mlp.up_proj",
      down: "mlp.down_proj", feedForwardOutputNorm: "post_feedforward_layernorm")
  }

  /// As llama.cpp writes them (`gguf-py/gguf/constants.py`).
  static let gguf = TensorNames(
    embedding: "token_embd", finalNorm: "output_norm", unembedding: "output", layers: "blk.", attentionNorm: "attn_norm", query: "attn_q",
    key: "attn_k", value: "attn_v", attentionOutput: "attn_output", queryNorm: "attn_q_norm", keyNorm: "attn_k_norm",
    attentionOutputNorm: "post_attention_norm", feedForwardNorm: "ffn_norm", gate: "ffn_gate", up: "ffn_up", down: "ffn_down",
    feedForwardOutputNorm: "post_ffw_norm")

  /// The full name of a part of a layer.
  func layer(_ index: Int, _ part: String) -> String { layers + String(index) + "." + part }
}

/// Weights by name and size.
struct WeightNaming {
  var names: TensorNames

  func linear(_ name: String, _ outputs: Int, _ inputs: Int, bias: Bool = false) -> LinearBlueprint {
    LinearBlueprint(TensorReference(name + ".weight", [outputs, inputs]), bias: bias ? TensorReference(name + ".bias", [outputs]) : nil)
  }

  /// A norm over `width` values, with a bias if it is by mean and variance and says nothing else.
  func norm(
    _ name: String, _ width: Int, _ kind: NormBlueprint.Kind, epsilon: Float, bias: Bool? = nil, scope: NormBlueprint.Scope = .row
  ) -> NormBlueprint {
    NormBlueprint(
      kind, TensorReference(name + ".weight", [width]), bias: bias ?? (kind == .layer) ? TensorReference(name + ".bias", [width]) : nil,
      epsilon: epsilon, scope: scope)
  }
}
