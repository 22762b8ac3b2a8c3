"""Flipgate beside lm-evaluation-harness and llama.cpp on one HellaSwag slice, same machine, same threads, one run; prints ratios.

    python Benchmarks/hellaswag.py --data hellaswag_val.jsonl.gz --models FOLDER --flipgate BINARY --llama BINARY [--limit 200]

FOLDER is what Benchmarks/reference/build_models.py wrote. A side whose binary is not given is left out. See Benchmarks/README.md.
"""
import argparse
import json
import platform
import tempfile
from pathlib import Path

import sides

# What issue 2 asks of the ratios (other side's seconds / Flipgate's seconds).
TARGETS = {("f32", "harness"): 5.0, ("f32", "llama.cpp"): 2.2, ("bf16", "harness"): 3.0, ("bf16", "llama.cpp"): 2.3}


def best(runs):
    return min(runs, key=lambda run: run["seconds"])


def agreement(flipgate_outcomes, harness_outcomes):
    """How far the two sides' answers are apart: the largest difference of a log-likelihood, and the items whose scores differ."""
    largest, differing = 0.0, {"acc": [], "acc_norm": []}
    by_index = {outcome["index"]: outcome for outcome in flipgate_outcomes}
    for index, theirs in enumerate(harness_outcomes):
        ours = by_index[index]
        largest = max([largest] + [abs(a["logprob"] - b) for a, b in zip(ours["choices"], theirs["logprobs"])])
        for metric, items in differing.items():
            if ours["scores"][metric] != theirs[metric]:
                items.append(index)
    return {"largest_logprob_difference": largest, "items_that_differ": differing}


def measure(arguments, precision, folder, count):
    result = {}
    if "harness" not in arguments.skip:
        runs = sides.harness(arguments.models / "smollm2-hf", folder, precision, arguments.batch_sizes, arguments.threads)
        for run in runs:
            print(f"  harness {precision} batch {run['batch_size']:>3}: {run['seconds']:8.2f} s   acc {run['acc']:.4f} acc_norm {run['acc_norm']:.4f}", flush=True)
        result["harness"] = {"runs": [{k: v for k, v in run.items() if k != "outcomes"} for run in runs], "seconds": best(runs)["seconds"]}
        reference = best(runs)["outcomes"]
    if arguments.llama:
        runs = []
        for context in arguments.llama_contexts:
            run = sides.llama(arguments.llama, arguments.models / f"smollm2-{precision}.gguf", folder, count, arguments.threads, context)
            print(f"  llama.cpp {precision} -c {context:>4}: {run['seconds']:8.2f} s   its own score {run['score']:.2f} %", flush=True)
            runs.append(run)
        result["llama.cpp"] = {"runs": runs, "seconds": best(runs)["seconds"]}
    if arguments.flipgate:
        runs = [sides.flipgate(arguments.flipgate, arguments.models / "smollm2-hf", folder, precision, arguments.threads) for _ in range(arguments.repeats)]
        for run in runs:
            print(f"  flipgate {precision}: {run['seconds']:8.2f} s   (whole process {run['process_seconds']:.2f} s, {run['engine'].get('matrix_library')})", flush=True)
        one = sides.flipgate(arguments.flipgate, arguments.models / "smollm2-hf", folder, precision, arguments.threads, limit=1)
        print(f"  flipgate {precision}, one item: whole process {one['process_seconds']:.2f} s", flush=True)
        result["flipgate"] = {"runs": [{k: v for k, v in run.items() if k != "outcomes"} for run in runs], "seconds": best(runs)["seconds"],
                              "one_item_process_seconds": one["process_seconds"]}
        if "harness" in result:
            result["agreement"] = agreement(runs[0]["outcomes"], reference)
            print(f"  agreement with the harness in {precision}: {json.dumps(result['agreement'])}", flush=True)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="HellaSwag as JSON Lines with query, gold, choices (.gz or not)")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--flipgate", type=Path)
    parser.add_argument("--llama", type=Path, help="llama-perplexity")
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precisions", nargs="+", default=["f32", "bf16"], choices=["f32", "bf16"])
    parser.add_argument("--batch-sizes", nargs="+", type=int, default=[1, 8, 16, 32])
    parser.add_argument("--llama-contexts", nargs="+", type=int, default=[512, 1024])
    parser.add_argument("--repeats", type=int, default=2, help="runs of Flipgate; the best counts, as it does on the other sides")
    parser.add_argument("--skip", nargs="*", default=[], choices=["harness"])
    parser.add_argument("--output", type=Path, help="where to write all numbers as JSON")
    arguments = parser.parse_args()
    items = sides.read_items(arguments.data, arguments.limit)
    report = {"items": len(items), "threads": arguments.threads, "machine": platform.processor() or platform.machine(), "precisions": {}}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        sides.write_slice(items, folder)
        for precision in arguments.precisions:
            print(f"{precision}, {len(items)} items, {arguments.threads} threads", flush=True)
            report["precisions"][precision] = measure(arguments, precision, folder, len(items))
    for precision, result in report["precisions"].items():
        for side in ("harness", "llama.cpp"):
            if "flipgate" in result and side in result:
                ratio, target = result[side]["seconds"] / result["flipgate"]["seconds"], TARGETS[precision, side]
                result[side]["ratio"] = ratio
                print(f"{precision}: {side} {result[side]['seconds']:.2f} s / flipgate {result['flipgate']['seconds']:.2f} s = {ratio:.2f} x "
                      f"(asked for: {target} x) {'met' if ratio >= target else 'NOT met'}")
    if arguments.output:
        arguments.output.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
