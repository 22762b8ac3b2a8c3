"""What the remedy benchmarks have in common: the gate run as a command, and flips counted from its records."""
import json
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import sides

HERE = Path(__file__).resolve().parent


def run(binary, *arguments, threads, allowed=(0,)):
    """A flipgate command; its standard output. Exit statuses other than `allowed` end the benchmark."""
    command = [str(binary), *map(str, arguments)]
    process = subprocess.run(command, env=sides.clean_environment(threads), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if process.returncode not in allowed:
        raise SystemExit(f"{' '.join(command)}\nexit status {process.returncode}\n{process.stdout}\n{process.stderr}")
    return process.stdout


def evaluate(binary, model, adapter, tasks, record, threads, extra=()):
    """A run record's outcomes: {task: {item: outcome}}."""
    Path(record).unlink(missing_ok=True)
    run(binary, "evaluate", "--model", model, *(["--adapter", adapter] if adapter else []), "--tasks", *tasks, "--output", record, "--threads", threads,
        "--no-progress", "--no-cache", *extra, threads=threads)
    outcomes = {}
    for line in open(record):
        value = json.loads(line)
        if "item" in value:
            outcomes.setdefault(value["task"], {})[value["item"]] = value
    return outcomes


def score(outcome, metric):
    return outcome["scores"][metric]


def flips(old, new, metric):
    """Of right and wrong items: {negative, positive, accuracy, old_accuracy, items}; of graded ones, regressions and gains."""
    pairs = [(score(old[item], metric), score(new[item], metric)) for item in old]
    return {
        "negative": sum(a > b for a, b in pairs), "positive": sum(b > a for a, b in pairs), "items": len(pairs),
        "mean": statistics.mean(b for _, b in pairs), "old_mean": statistics.mean(a for a, _ in pairs),
    }


def reduction(before, after):
    return (before - after) / before if before else 0.0


def peft_side(job, folder, threads):
    path = Path(folder) / "job.json"
    path.write_text(json.dumps(job))
    process = subprocess.run([sys.executable, str(HERE / "peft_side.py"), str(path)], env=sides.clean_environment(threads), stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
    if process.returncode:
        raise SystemExit(process.stderr)
    return json.loads(process.stdout.splitlines()[-1])


def tokens(checkpoint, pairs, path, limit=1024, completion_only=False):
    """Prompt and completion pairs as token IDs, encoded together as both sides do it."""
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(Path(checkpoint) / "tokenizer.json"))
    with open(path, "w") as file:
        for prompt, completion in pairs:
            ids = tokenizer.encode(prompt + completion).ids[:limit]
            first = max(1, len(tokenizer.encode(prompt.rstrip()).ids)) if completion_only else 1
            file.write(json.dumps({"tokens": ids, "trained": [first, len(ids)]}) + "\n")


def without_overlap(binary, model, train, gate_items, folder):
    """Takes out of a training file what Flipgate would refuse beside the gate's items; how many examples that were. It names ten at a time."""
    taken = 0
    while True:
        process = subprocess.run([str(binary), "adapt", "--objective", "cross-entropy", "--model", str(model), "--train", str(train), "--gate-items",
                                  str(gate_items), "--max-steps", "1", "--validation", "0", "--quiet", "--output", str(Path(folder) / "overlap")],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        shutil.rmtree(Path(folder) / "overlap", ignore_errors=True)
        if process.returncode == 0:
            return taken
        found = {int(line) for line in re.findall(rf"^  .*{re.escape(Path(train).name)}:(\d+) is ", process.stderr, re.MULTILINE)}
        if not found:
            raise SystemExit(process.stderr)
        lines = Path(train).read_text().splitlines(keepends=True)
        Path(train).write_text("".join(line for number, line in enumerate(lines, 1) if number not in found))
        taken += len(found)
