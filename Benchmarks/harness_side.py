"""One process of the harness: harness_side.py MODEL TASK_FILE PRECISION THREADS BATCH_SIZE... -> a JSON line a batch size on standard output.

The model is loaded once; a warm-up on two items comes before the clock starts.
"""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "fixtures" / "generate"))
import harness


def main():
    model_path, task, precision, threads = sys.argv[1:5]
    model = harness.load_model(model_path, precision, batch_size=1, threads=int(threads))
    config = harness.task_config(task)
    harness.evaluate(model, dict(config), limit=2, with_tokens=False)
    for batch_size in map(int, sys.argv[5:]):
        model.batch_size_per_gpu = batch_size
        means, items, seconds = harness.evaluate(model, harness.task_config(task), with_tokens=False)
        outcomes = [{"logprobs": [r["logprob"] for r in item["requests"]], "acc": item["acc"], "acc_norm": item["acc_norm"]} for item in items]
        print(json.dumps({"batch_size": batch_size, "seconds": seconds, **means, "outcomes": outcomes}), flush=True)


if __name__ == "__main__":
    main()
