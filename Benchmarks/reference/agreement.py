"""Holds run records of `flipgate evaluate` against what the harness said of the same items: largest difference, predictions, flips.

    python Benchmarks/reference/agreement.py --reference FOLDER [--limit 200] base_f32=RECORD w4g64_f32=RECORD w3g32_f32=RECORD ...

The first record is the baseline of the flips. Exit status 1 where a log-likelihood in f32 is more than 2e-3 away, a token count or a score differs, or a
flip is not the harness's (bf16 runs are only shown: there the harness rounds every log-likelihood to bf16).
"""
import argparse
import json
import sys
from pathlib import Path


def record(path):
    lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
    return {line["index"]: line for line in lines[1:-1]}


def difference(ours, theirs):
    largest, tokens, greedy, scores = 0.0, 0, 0, {"acc": [], "acc_norm": []}
    for item in theirs:
        mine = ours[item["index"]]
        for choice, request in zip(mine["choices"], item["requests"]):
            largest = max(largest, abs(choice["logprob"] - request["logprob"]))
            tokens += choice["tokens"] != len(request["ids"])
            greedy += choice["greedy"] != request["greedy"]
        for metric, items in scores.items():
            if mine["scores"][metric] != item[metric]:
                items.append(item["index"])
    return {"largest_logprob_difference": largest, "token_counts_that_differ": tokens, "greedy_that_differ": greedy, "scores_that_differ": scores}


def flips(score, old, new, count):
    return [(i, "negative" if score(old, i) else "positive") for i in range(count) if score(old, i) != score(new, i)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("records", nargs="+", metavar="RUN=RECORD")
    arguments = parser.parse_args()
    failed, runs = False, {}
    for pair in arguments.records:
        run, path = pair.split("=", 1)
        theirs = json.loads((arguments.reference / f"hellaswag{arguments.limit}_{run}.json").read_text())["outcomes"]
        ours = record(path)
        found = difference(ours, theirs)
        print(run, json.dumps(found))
        exact = found["largest_logprob_difference"] <= 2e-3 and not any(found["scores_that_differ"].values())
        failed |= found["token_counts_that_differ"] > 0 or (run.endswith("_f32") and not exact)
        runs[run] = (ours, theirs)
    base = next(iter(runs))
    for run, (ours, theirs) in list(runs.items())[1:]:
        for metric in ("acc", "acc_norm"):
            mine = flips(lambda rows, i: rows[i]["scores"][metric], runs[base][0], ours, len(theirs))
            reference = flips(lambda rows, i: rows[i][metric], runs[base][1], theirs, len(theirs))
            print(f"{base} -> {run} {metric}: {len(mine)} flips, the harness {len(reference)}: {'the same' if mine == reference else 'DIFFERENT'}")
            failed |= run.endswith("_f32") and mine != reference
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
