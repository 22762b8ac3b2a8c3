"""lm-evaluation-harness and Flipgate on the same task files, item by item: requests, outputs, filtered answers, log-likelihoods, scores.

    python Benchmarks/harness_agreement.py --model CHECKPOINT --flipgate BINARY --tasks FILE ... [--limit N] [--precision f32]

Both read the files as they are; ROUGE, which the harness has no metric for, is computed from the harness's outputs by PyPI `rouge-score`. Prints a
line a task and ends with 1 if a request, an output, an answer or a score differs, or a log-likelihood by more than --tolerance.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import sides

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "fixtures" / "generate"))
import harness
from rouge_score import rouge_scorer


def harness_samples(model, path, limit):
    """{(doc, filter): {requests, outputs, answer, scores}} as the harness has it."""
    config = harness.task_config(path)
    rouge = [entry["metric"] for entry in config["metric_list"] if entry["metric"].startswith("rouge")]
    config["metric_list"] = [entry for entry in config["metric_list"] if entry["metric"] not in rouge] or [{"metric": "exact_match"}]
    scorer = rouge_scorer.RougeScorer(rouge) if rouge else None
    results = harness.simple_evaluate(model=model, tasks=[config], limit=limit, bootstrap_iters=0, log_samples=True)
    samples = {}
    for sample in results["samples"][config["task"]]:
        scores = {metric: sample[metric] for metric in sample["metrics"]}
        answer = sample["filtered_resps"]
        if scorer:
            scores = {metric: value.fmeasure for metric, value in scorer.score(str(sample["target"]), answer[0]).items()}
        samples[sample["doc_id"], sample["filter"]] = {
            "requests": [list(map(str, arguments[:2])) for arguments in sample["arguments"]], "responses": sample["resps"], "answer": answer, "scores": scores}
    return config["output_type"], samples


def flipgate_samples(binary, model, path, limit, precision, threads, folder):
    """The same from the files of `evaluate --also lm-eval`, which have the harness's form."""
    command = [str(binary), "evaluate", "--model", str(model), "--tasks", str(path), "--output", str(folder / "record.jsonl"), "--also", "lm-eval",
               "--no-cache", "--precision", precision, "--threads", str(threads), "--quiet", "--no-progress"]
    subprocess.run(command + (["--limit", str(limit)] if limit else []), check=True, env=sides.clean_environment(threads))
    samples = {}
    for file in folder.rglob("samples_*.jsonl"):
        for line in file.read_text().splitlines():
            sample = json.loads(line)
            arguments = sample["arguments"]
            if isinstance(arguments, dict):
                arguments = [list(arguments[key].values()) for key in sorted(arguments, key=lambda key: int(key.rsplit("_", 1)[1]))]
            samples[sample["doc_id"], sample["filter"]] = {
                "requests": [list(map(str, entry[:2])) for entry in arguments], "responses": sample["resps"], "answer": sample["filtered_resps"],
                "scores": {metric: sample[metric] for metric in sample["metrics"]}}
    return samples


def compare(kind, theirs, ours):
    """Counts of what is equal, and the largest difference of a log-likelihood."""
    counts = dict.fromkeys(("items", "requests", "outputs", "answers", "scores"), 0)
    counts["items"], largest = len(theirs), 0.0
    for key, sample in theirs.items():
        own = ours.get(key)
        if own is None:
            continue
        generated = kind == "generate_until"
        cut = 1 if generated else 2
        counts["requests"] += [entry[:cut] for entry in sample["requests"]] == [entry[:cut] for entry in own["requests"]]
        if generated:
            counts["outputs"] += sample["responses"] == own["responses"]
            counts["answers"] += sample["answer"] == own["answer"]
        else:
            for a, b in zip(sample["responses"], own["responses"]):
                (x, greedy), (y, own_greedy) = a[0], b[0]
                largest = max(largest, abs(float(x) - float(y)))
            counts["outputs"] += all(str(a[0][1]) == str(b[0][1]) for a, b in zip(sample["responses"], own["responses"]))
            counts["answers"] += 1
        counts["scores"] += all(own["scores"].get(metric) == value for metric, value in sample["scores"].items())
    return counts, largest


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--flipgate", type=Path, required=True)
    parser.add_argument("--tasks", type=Path, nargs="+", required=True)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--precision", default="f32")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tolerance", type=float, default=2e-3)
    arguments = parser.parse_args()
    model = harness.load_model(arguments.model, arguments.precision, batch_size=4, threads=arguments.threads)
    agrees = True
    for path in arguments.tasks:
        kind, theirs = harness_samples(model, path, arguments.limit)
        with tempfile.TemporaryDirectory() as name:
            ours = flipgate_samples(arguments.flipgate, arguments.model, path, arguments.limit, arguments.precision, arguments.threads, Path(name))
        counts, largest = compare(kind, theirs, ours)
        agrees = agrees and len(set(counts.values())) == 1 and len(ours) == len(theirs) and largest <= arguments.tolerance
        print(f"{path.name}: " + ", ".join(f"{name} {count}" for name, count in counts.items()) + f", largest log-likelihood difference {largest:.1e}",
              flush=True)
    sys.exit(0 if agrees else 1)


main()
