"""A Llama of 7 billion random weights in bf16 (13.5 GB), to measure memory and the time to the first layer.

    python Benchmarks/large_checkpoint.py FOLDER --tokenizer CHECKPOINT [--layers 32]
    flipgate probe FOLDER --precision bf16 --prompt "Once upon a time" --continuation " there was"

Shapes are Llama 2 7B's; the tokenizer files are copied from CHECKPOINT, whose vocabulary must have at most 32,000 tokens or --vocabulary says how many.
Weights are normal with a deviation of 0.02, norms are ones; every 64 MB are drawn once and repeated. Needs numpy.
"""
import argparse
import json
import shutil
import struct
from pathlib import Path

import numpy as np

HIDDEN, FEED_FORWARD, HEADS = 4096, 11008, 32
SHARD = 5 << 30


def tensors(layers, vocabulary):
    yield "model.embed_tokens.weight", [vocabulary, HIDDEN]
    for layer in range(layers):
        prefix = f"model.layers.{layer}."
        for name in ["q", "k", "v", "o"]:
            yield f"{prefix}self_attn.{name}_proj.weight", [HIDDEN, HIDDEN]
        yield f"{prefix}mlp.gate_proj.weight", [FEED_FORWARD, HIDDEN]
        yield f"{prefix}mlp.up_proj.weight", [FEED_FORWARD, HIDDEN]
        yield f"{prefix}mlp.down_proj.weight", [HIDDEN, FEED_FORWARD]
        yield f"{prefix}input_layernorm.weight", [HIDDEN]
        yield f"{prefix}post_attention_layernorm.weight", [HIDDEN]
    yield "model.norm.weight", [HIDDEN]
    yield "lm_head.weight", [vocabulary, HIDDEN]


def shards(layers, vocabulary):
    shard, size = [], 0
    for name, shape in tensors(layers, vocabulary):
        bytes_ = 2 * int(np.prod(shape))
        if shard and size + bytes_ > SHARD:
            yield shard
            shard, size = [], 0
        shard.append((name, shape, bytes_))
        size += bytes_
    yield shard


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--layers", type=int, default=32)
    parser.add_argument("--vocabulary", type=int, default=32000)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "tokenizer.model"]:
        if (arguments.tokenizer / name).exists():
            shutil.copy(arguments.tokenizer / name, arguments.folder / name)
    config = {
        "model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": HIDDEN, "intermediate_size": FEED_FORWARD,
        "num_attention_heads": HEADS, "num_key_value_heads": HEADS, "num_hidden_layers": arguments.layers, "vocab_size": arguments.vocabulary,
        "max_position_embeddings": 4096, "rms_norm_eps": 1e-5, "torch_dtype": "bfloat16", "tie_word_embeddings": False,
    }
    (arguments.folder / "config.json").write_text(json.dumps(config, indent=1))
    generator = np.random.default_rng(7)
    values = generator.normal(0, 0.02, 1 << 25).astype(np.float32)
    block = (values.view(np.uint32) >> 16).astype(np.uint16).tobytes()
    one = np.full(HIDDEN, 0x3F80, np.uint16).tobytes()
    parts = list(shards(arguments.layers, arguments.vocabulary))
    index, total = {}, 0
    for number, shard in enumerate(parts, 1):
        file = f"model-{number:05}-of-{len(parts):05}.safetensors"
        header, offset = {}, 0
        for name, shape, size in shard:
            header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [offset, offset + size]}
            index[name] = file
            offset += size
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        with open(arguments.folder / file, "wb") as output:
            output.write(struct.pack("<Q", len(text)) + text)
            for name, shape, size in shard:
                rest = size
                while rest:
                    piece = one if len(shape) == 1 else block[:rest]
                    output.write(piece)
                    rest -= len(piece)
        total += offset
    (arguments.folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {"total_size": total}, "weight_map": index}))
    print(f"{total:,} bytes of weights in {len(parts)} files")


main()
