"""A training step of `flipgate adapt` beside the same step in PyTorch + PEFT: time in the first epoch, time later, peak memory; one run, one machine.

    python Benchmarks/training.py --old CHECKPOINT --new CHECKPOINT --data hellaswag_val.jsonl.gz --flipgate BINARY [--threads 2] [--epochs 3]

MUSCLE's step: student forward and backward, both teachers, AdamW; rank 16 on all linear layers, 4 x 256 tokens a step, every sequence exactly 256 tokens
long. What issue 6 asks: twice as fast in the first epoch (teachers on first sight), three times later (their states are kept), memory at most two thirds.
"""
import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import sides

LENGTH, SEQUENCES = 256, 4


def texts(path, count):
    """Texts that are longer than 256 tokens: rows of the data one after the other."""
    opened = gzip.open(path, "rt") if str(path).endswith(".gz") else open(path)
    rows = [json.loads(line) for line in opened]
    joined = [(row.get("query") or row.get("ctx")) + " " + (row.get("choices") or row.get("endings"))[int(row.get("gold", row.get("label", 0)))] for row in rows]
    return [" ".join(joined[i * 8 : i * 8 + 8]) for i in range(count)]


def measured(command, env, stdout):
    process = subprocess.Popen(command, env=env, stdout=stdout, stderr=subprocess.PIPE, text=True)
    out, err = process.communicate()
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{err}")
    return out


def flipgate(args, lines, precision, folder):
    data = folder / "texts.jsonl"
    data.write_text("".join(json.dumps({"text": text}) + "\n" for text in lines))
    output = folder / f"adapter-{precision}"
    command = [args.flipgate, "adapt", "--old", args.old, "--new", args.new, "--train", data, "--output", output, "--validation", "0",
               "--max-tokens", str(LENGTH), "--batch-tokens", str(LENGTH * SEQUENCES), "--epochs", str(args.epochs), "--no-eos", "--schedule", "linear",
               "--warmup-steps", "2", "--precision", precision, "--threads", str(args.threads), "--no-progress"]
    # The process's own peak: wait4 gives it.
    pid = os.posix_spawn(str(args.flipgate), [str(part) for part in command], sides.clean_environment(args.threads),
                         file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit("flipgate adapt failed")
    steps = [json.loads(line) for line in open(output / "training.jsonl")]
    steps = [line for line in steps if "tokens_per_second" in line]
    per_epoch = len(steps) // args.epochs
    times = [[index // per_epoch, LENGTH * SEQUENCES / line["tokens_per_second"]] for index, line in enumerate(steps)]
    return {"times": times, "memory": usage.ru_maxrss * 1024, "losses": [line["loss"] for line in steps]}


def peft(args, lines, precision, folder):
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(Path(args.new) / "tokenizer.json"))
    data = folder / "tokens.jsonl"
    with open(data, "w") as file:
        for text in lines:
            ids = tokenizer.encode(text).ids[:LENGTH]
            assert len(ids) == LENGTH, "a text is too short"
            file.write(json.dumps({"tokens": ids, "trained": [1, LENGTH]}) + "\n")
    steps = len(lines) // SEQUENCES * args.epochs
    job = {"old": str(args.old), "new": str(args.new), "data": str(data), "mask": "student-wrong", "lambda": 1.0, "temperature": 2.0, "rank": 16,
           "alpha": 32, "learning_rate": 5e-4, "warmup_steps": 2, "steps": steps, "batch_tokens": LENGTH * SEQUENCES, "precision": precision,
           "threads": args.threads, "seed": 20_240_709}
    path = folder / "job.json"
    path.write_text(json.dumps(job))
    out = measured([sys.executable, Path(__file__).parent / "peft_side.py", path], sides.clean_environment(args.threads), subprocess.PIPE)
    result = json.loads(out.splitlines()[-1])
    return {"times": result["step_seconds"], "memory": result["peak_memory"], "losses": result["losses"]}


def median(times, first):
    # The first step packs weights and warms caches, on both sides.
    chosen = [seconds for index, (epoch, seconds) in enumerate(times) if (epoch == 0) == first and index > 0]
    return statistics.median(chosen)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--old", type=Path, required=True)
    parser.add_argument("--new", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--flipgate", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--steps", type=int, default=6, help="steps an epoch")
    parser.add_argument("--precisions", nargs="+", default=["f32", "bf16"])
    parser.add_argument("--output", type=Path)
    args = parser.parse_args()
    lines = texts(args.data, args.steps * SEQUENCES)
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for precision in args.precisions:
            results[f"flipgate {precision}"] = flipgate(args, lines, precision, Path(folder))
            results[f"PyTorch + PEFT {precision}"] = peft(args, lines, precision, Path(folder))
    print("| | s a step, first epoch | later | peak memory, MiB | loss of step 1 |\n|---|---|---|---|---|")
    for name, result in results.items():
        print(f"| {name} | {median(result['times'], True):.2f} | {median(result['times'], False):.2f} | {result['memory'] >> 20} | {result['losses'][0]:.5f} |")
    print("\n| PyTorch + PEFT / flipgate | first epoch (2.0) | later (3.0) | memory, flipgate / PyTorch (at most 0.67) |\n|---|---|---|---|")
    for precision in args.precisions:
        ours, theirs = results[f"flipgate {precision}"], results[f"PyTorch + PEFT {precision}"]
        print(f"| {precision} | {median(theirs['times'], True) / median(ours['times'], True):.2f} "
              f"| {median(theirs['times'], False) / median(ours['times'], False):.2f} | {ours['memory'] / theirs['memory']:.2f} |")
    if args.output:
        args.output.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
