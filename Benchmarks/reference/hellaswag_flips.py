"""The flips between the reference runs, item by item, for acc and acc_norm.

    python Benchmarks/reference/hellaswag_flips.py --data hellaswag_val.jsonl.gz --models FOLDER [--limit 200]

Reads what hellaswag_reference.py wrote and writes FOLDER/hellaswag<limit>_flips.json: for each pair and metric the item indices, and for each run
the items whose best two choices lie nearer than 4e-3 (acc) or 4e-3 over the shorter choice's length (acc_norm): a tie for this purpose.
"""
import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import sides

PAIRS = [("base_f32", "w4g64_f32"), ("base_f32", "w3g32_f32"), ("base_f32", "base_bf16")]
TIE = 4e-3


def choice(item, lengths):
    """The chosen index and whether another choice is so near that rounding may decide."""
    scores = [request["logprob"] / size for request, size in zip(item["requests"], lengths)]
    first, second = sorted(range(len(scores)), key=lambda i: -scores[i])[:2]
    return first, scores[first] - scores[second] < TIE / min(lengths[first], lengths[second])


def flips(items, old, new):
    result = {}
    for metric in ("acc", "acc_norm"):
        cells = {name: [] for name in ("negative", "positive", "both_wrong_same", "both_wrong_changed", "ties")}
        both = 0
        for index, (item, a, b) in enumerate(zip(items, old, new)):
            lengths = [len(c) if metric == "acc_norm" else 1 for c in item["choices"]]
            (p, near_p), (q, near_q) = choice(a, lengths), choice(b, lengths)
            assert (p == item["gold"]) == bool(a[metric]) and (q == item["gold"]) == bool(b[metric]), index
            both += a[metric] == 1 and b[metric] == 1
            if a[metric] and not b[metric]:
                cells["negative"].append(index)
            elif b[metric] and not a[metric]:
                cells["positive"].append(index)
            elif not a[metric]:
                cells["both_wrong_same" if p == q else "both_wrong_changed"].append(index)
            if near_p or near_q:
                cells["ties"].append(index)
        result[metric] = {"both_correct": both, **cells}
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=200)
    arguments = parser.parse_args()
    items = sides.read_items(arguments.data, arguments.limit)
    runs = {}
    for name in {run for pair in PAIRS for run in pair}:
        path = arguments.models / f"hellaswag{arguments.limit}_{name}.json"
        if path.exists():
            runs[name] = json.loads(path.read_text())["outcomes"]
    result = {f"{old} -> {new}": flips(items, runs[old], runs[new]) for old, new in PAIRS if old in runs and new in runs}
    (arguments.models / f"hellaswag{arguments.limit}_flips.json").write_text(json.dumps(result, indent=1) + "\n")
    for pair, metrics in result.items():
        for metric, cells in metrics.items():
            print(pair, metric, {name: len(value) if isinstance(value, list) else value for name, value in cells.items()})


if __name__ == "__main__":
    main()
