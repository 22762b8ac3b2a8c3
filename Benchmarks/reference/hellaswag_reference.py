"""Reference outcomes of lm-evaluation-harness on the first HellaSwag items: log-likelihood of every choice, acc, acc_norm, token IDs.

    python Benchmarks/reference/hellaswag_reference.py --data hellaswag_val.jsonl.gz --models FOLDER [--only base_f32 ...] [--limit 200]

FOLDER is what build_models.py wrote; results go to FOLDER/hellaswag<limit>_<model>_<precision>.json. One process, a model loaded once.
"""
import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fixtures" / "generate"))
import harness

MODELS = {"base": "smollm2-hf", "w4g64": "smollm2-w4g64", "w3g32": "smollm2-w3g32"}
RUNS = ["base_f32", "w4g64_f32", "w3g32_f32", "base_bf16"]


def write(path, run, means, items, seconds):
    header = {"model": run, "reference": "lm_eval 0.4.13, transformers 5.23.0, torch 2.13.0+cpu", "items": len(items), **means, "seconds": round(seconds, 2)}
    lines = ",\n".join(json.dumps(item) for item in items)
    path.write_text(json.dumps(header)[:-1] + ',\n"outcomes": [\n' + lines + "\n]}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--only", nargs="*", choices=RUNS, default=RUNS)
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    for run in arguments.only:
        name, precision = run.rsplit("_", 1)
        model = harness.load_model(arguments.models / MODELS[name], precision, arguments.batch_size, arguments.threads)
        means, items, seconds = harness.evaluate(model, harness.hellaswag_config(arguments.data), arguments.limit)
        path = arguments.models / f"hellaswag{arguments.limit}_{run}.json"
        write(path, run, means, items, seconds)
        print(f"{path}: {means}, {seconds:.1f} s", flush=True)
        del model


if __name__ == "__main__":
    main()
