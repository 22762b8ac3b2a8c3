// Every quantisation method is named with what to do, from the configuration and from the names of tensors.

import Documents
import Testing

@testable import Checkpoints

@Suite struct QuantizationMethodTests {
  static let keys = QuantizationMethod.all.flatMap { method in method.keys.map { (method.name, $0) } }
  static let suffixes = QuantizationMethod.all.flatMap { method in method.suffixes.map { (method.name, $0) } }

  @Test(arguments: keys) func aConfigurationNamesIt(name: String, key: String) throws {
    let method = try #require(QuantizationMethod.named(in: ["quantization_config": ["quant_method": .string(key)]]))
    #expect(method.name == name)
    #expect(method.advice.contains("use the checkpoint that it was made from"))
  }

  @Test(arguments: suffixes) func tensorNamesGiveItAway(name: String, suffix: String) throws {
    let found = try #require(QuantizationMethod.named(inTensors: ["model.embed_tokens.weight", "model.layers.0.mlp.up_proj" + suffix]))
    #expect(found.method.name == name)
    #expect(found.tensor.hasSuffix(suffix))
  }

  @Test func keysBelongToOneMethod() { #expect(Set(Self.keys.map(\.1)).count == Self.keys.count) }

  /// `QuantizationMethod` of transformers 5.x (`utils/quantization_config.py`), but for `gguf` and `gemma`, which are plain weights once loaded.
  @Test(arguments: [
    "bitsandbytes", "gptq", "awq", "aqlm", "vptq", "quanto", "eetq", "higgs", "hqq", "compressed-tensors", "fbgemm_fp8", "torchao", "bitnet", "spqr",
    "fp8", "quark", "fp_quant", "auto-round", "mxfp4", "nvfp4", "mxfp8", "metal", "fouroversix", "sinq",
  ])
  func everyMethodOfTransformersIsKnown(key: String) { #expect(Self.keys.contains { $0.1 == key }) }

  @Test func whatIsNotKnownIsQuoted() throws {
    #expect(QuantizationMethod.named(in: ["quantization_config": ["quant_method": "new-idea"]])?.name == "\"new-idea\"")
    #expect(QuantizationMethod.named(in: ["quantization_config": ["load_in_8bit": true]])?.name == "bitsandbytes")
    #expect(QuantizationMethod.named(in: ["quantization_config": ["bits": 3]])?.name == "a method that config.json does not name")
    #expect(QuantizationMethod.named(in: ["quantization": ["group_size": 64, "bits": 4]])?.name == "MLX")
    #expect(
      QuantizationMethod.named(in: ["quantization_config": ["quant_method": "compressed-tensors", "format": "float-quantized"]])?.name
        == "compressed-tensors (\"float-quantized\")")
    #expect(QuantizationMethod.named(in: ["hidden_size": 64]) == nil)
    #expect(QuantizationMethod.named(in: ["quantization_config": nil]) == nil)
  }

  /// Names of plain weights, from Llama, Mixtral, Gemma and GPT-2, give nothing away.
  @Test func plainNamesGiveNothingAway() {
    let names = [
      "model.layers.0.self_attn.q_proj.weight", "model.layers.0.block_sparse_moe.experts.0.w1.weight",
      "model.layers.0.pre_feedforward_layernorm.weight",
      "h.0.attn.c_attn.bias", "h.0.attn.masked_bias", "lm_head.weight", "model.layers.0.self_attn.rotary_emb.inv_freq",
    ]
    #expect(QuantizationMethod.named(inTensors: names) == nil)
  }
}
