"""Flipgate's generation beside transformers (batches) and llama.cpp (one sequence), same machine, same threads, one run; prints ratios.

    python Benchmarks/generation.py --model CHECKPOINT --data gsm8k_test.jsonl --flipgate BINARY [--llama llama-bench --gguf-f32 FILE --gguf-bf16 FILE]

Batches: 32 GSM8K questions ("Question: ...\\nAnswer:"), 64 new tokens each, greedy, nothing ends them early; prompt included, model load left out
(ours: the time less that of one question with one new token, in which every weight is packed);
transformers with the best of several batch sizes, left-padded. One sequence: 64 tokens after an empty prompt (`llama-bench -p 0 -n 64`), and ours after
one token. The first tokens of all texts are compared.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sides

TOKENS = 64
TARGETS = {("f32", "transformers"): 4.0, ("bf16", "transformers"): 3.0, ("f32", "llama.cpp"): 1.0, ("bf16", "llama.cpp"): 1.0}
TASK = """\
task: questions
dataset_path: json
dataset_kwargs: {data_files: {test: questions.jsonl}}
test_split: test
output_type: generate_until
doc_to_text: "Question: {{question}}\\nAnswer:"
doc_to_target: "{{answer}}"
generation_kwargs: {until: [], max_gen_toks: TOKENS, do_sample: false}
metric_list: [{metric: exact_match}]
metadata: {version: 1.0}
"""


def transformers_side(model, prompts, precision, batch_sizes, threads):
    """Runs in a process of its own: seconds a batch size, and the texts' token IDs."""
    code = f"""
import json, sys, time, torch
torch.set_num_threads({threads})
from transformers import AutoModelForCausalLM, AutoTokenizer
prompts = json.load(open(sys.argv[1]))
tokenizer = AutoTokenizer.from_pretrained({str(model)!r}, padding_side="left")
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
model = AutoModelForCausalLM.from_pretrained({str(model)!r}, dtype=torch.{'float32' if precision == 'f32' else 'bfloat16'}).eval()
with torch.inference_mode():
    for size in {list(batch_sizes)!r}:
        start, texts = time.perf_counter(), []
        for first in range(0, len(prompts), size):
            batch = tokenizer(prompts[first:first + size], return_tensors="pt", padding=True)
            out = model.generate(**batch, min_new_tokens={TOKENS}, max_new_tokens={TOKENS}, do_sample=False, pad_token_id=tokenizer.pad_token_id)
            texts += out[:, batch["input_ids"].shape[1]:].tolist()
        print(json.dumps({{"batch_size": size, "seconds": time.perf_counter() - start, "texts": texts}}), flush=True)
"""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(prompts, file)
        file.flush()
        out = subprocess.run([sys.executable, "-c", code, file.name], env=sides.clean_environment(threads), stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True, check=True).stdout
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def endless(model, folder):
    """The checkpoint without an end token, so that every text has its full length, as `min_new_tokens` asks of transformers."""
    copy = folder / "endless"
    copy.mkdir()
    for file in Path(model).resolve().iterdir():
        if file.name in ("tokenizer_config.json", "generation_config.json", "config.json", "special_tokens_map.json"):
            value = json.loads(file.read_text())
            (copy / file.name).write_text(json.dumps({k: v for k, v in value.items() if k not in ("eos_token", "eos_token_id")}))
        else:
            (copy / file.name).symlink_to(file)
    return copy


def flipgate_run(binary, model, folder, precision, threads, task, *options):
    record = folder / f"{precision}.jsonl"
    record.unlink(missing_ok=True)
    subprocess.run([str(binary), "evaluate", "--model", str(model), "--tasks", str(folder / task), "--output", str(record), "--no-cache",
                    "--precision", precision, "--threads", str(threads), "--quiet", "--no-progress", *options],
                   env=sides.clean_environment(threads), check=True)
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    return {"seconds": lines[-1]["usage"]["wall_seconds"], "texts": [line["output"] for line in lines[1:-1]],
            "tokens": sum(line["tokens"]["output"] for line in lines[1:-1])}


def flipgate_side(binary, model, folder, precision, threads, repeats):
    """The shortest run of all prompts less the shortest of the first prompt with one new token."""
    runs = [flipgate_run(binary, model, folder, precision, threads, "task.yaml") for _ in range(repeats)]
    loads = [flipgate_run(binary, model, folder, precision, threads, "load.yaml", "--limit", "1")["seconds"] for _ in range(repeats)]
    best = min(runs, key=lambda run: run["seconds"])
    return best | {"seconds": best["seconds"] - min(loads), "load": min(loads)}


def flipgate_single(binary, model, precision, threads):
    """Tokens a second of one sequence: the time of 1 + 64 tokens less that of 1 + 1."""
    def seconds(count):
        start = time.perf_counter()
        subprocess.run([str(binary), "probe", str(model), "--prompt", "The", "--max-tokens", str(count), "--precision", precision, "--threads",
                        str(threads), "--json"], env=sides.clean_environment(threads), check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start
    longer, shorter = min(seconds(3 * TOKENS) for _ in range(3)), min(seconds(TOKENS) for _ in range(3))
    return 2 * TOKENS / (longer - shorter)


def llama_single(binary, gguf, threads):
    out = subprocess.run([str(binary), "-m", str(gguf), "-p", "0", "-n", str(TOKENS), "-t", str(threads), "-r", "3", "-o", "json"],
                         env=sides.clean_environment(threads), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
    return max(run["avg_ts"] for run in json.loads(out))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--flipgate", type=Path, required=True)
    parser.add_argument("--llama", type=Path)
    parser.add_argument("--gguf-f32", type=Path)
    parser.add_argument("--gguf-bf16", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch-sizes", type=int, nargs="+", default=[8, 16, 32])
    parser.add_argument("--precisions", nargs="+", default=["f32", "bf16"])
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    os.environ.pop("OPENBLAS_CORETYPE", None)
    with open(arguments.data) as lines, tempfile.TemporaryDirectory() as name:
        items = [json.loads(line) for _, line in zip(range(32), lines)]
        folder = Path(name)
        (folder / "questions.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
        (folder / "task.yaml").write_text(TASK.replace("TOKENS", str(TOKENS)))
        (folder / "load.yaml").write_text(TASK.replace("TOKENS", "1"))
        prompts = [f"Question: {item['question']}\nAnswer:" for item in items]
        model = endless(arguments.model, folder)
        for precision in arguments.precisions:
            ours = flipgate_side(arguments.flipgate, model, folder, precision, arguments.threads, arguments.repeats)
            print(f"{precision}: flipgate {ours['seconds']:.2f} s (and {ours['load']:.2f} s for load and one token), {ours['tokens']} tokens", flush=True)
            runs = transformers_side(arguments.model, prompts, precision, arguments.batch_sizes, arguments.threads)
            for run in runs:
                print(f"{precision}: transformers, batch {run['batch_size']:>2}: {run['seconds']:.2f} s", flush=True)
            ratio = min(run["seconds"] for run in runs) / ours["seconds"]
            print(f"{precision}: ratio {ratio:.2f} (wanted: {TARGETS[precision, 'transformers']})", flush=True)
            gguf = arguments.gguf_f32 if precision == "f32" else arguments.gguf_bf16
            single = flipgate_single(arguments.flipgate, model, precision, arguments.threads)
            print(f"{precision}: one sequence, flipgate {single:.1f} tokens a second", flush=True)
            if arguments.llama and gguf:
                theirs = llama_single(arguments.llama, gguf, arguments.threads)
                print(f"{precision}: one sequence, llama.cpp {theirs:.1f}; ratio {single / theirs:.2f} (wanted: {TARGETS[precision, 'llama.cpp']})", flush=True)


main()
