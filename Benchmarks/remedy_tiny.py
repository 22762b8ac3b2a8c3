"""MUSCLE on the repository's two tiny models: task adapters first, then the compatibility adapter, over seeds and masks; a table with mean and spread.

    python Benchmarks/remedy_tiny.py --flipgate BINARY [--seeds 1 2 3] [--masks student-wrong always-old ...] [--peft] [--work FOLDER]

Stories (multiple choice, acc) and dialogues (summaries, ROUGE-1): for each, both models learn the task's training split (cross-entropy, `flipgate adapt`),
then an adapter on the candidate's is trained to follow the baseline's where the mask says so. Judged on the task's test items. Issue 6: negative flips at least
40 % fewer on the stories, regressions of ROUGE at least 27 % fewer on the summaries, neither mean below the candidate's. --peft trains the compatibility
adapter with PyTorch + PEFT from the same task adapters as well.
"""
import argparse
import json
import shlex
import statistics
import tempfile
from pathlib import Path

import remedy

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
MASKS = ["student-wrong", "always-old", "old-correct", "token-likelihood", "sequence-likelihood"]
# Task -> its file, its metric, its training lines as prompt and completion.
TASKS = {
    "stories": (FIXTURES / "tasks" / "stories.yaml", "acc",
                ("stories_train.jsonl", lambda row: (row["context"], " " + row["endings"][row["label"]]))),
    "dialogue_summaries": (FIXTURES / "evaluation" / "dialogue_summaries.yaml", "rouge1",
                           ("dialogues_train.jsonl", lambda row: (row["dialogue"] + "\nSummary:", " " + row["summary"] + "\n"))),
}


def spread(values):
    return f"{statistics.mean(values):.3f} ± {statistics.stdev(values) if len(values) > 1 else 0:.3f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flipgate", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--masks", nargs="+", default=MASKS)
    parser.add_argument("--tasks", nargs="+", default=list(TASKS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--task-epochs", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--task-learning-rate", type=float, default=1e-3)
    parser.add_argument("--extra", type=shlex.split, default=[], help="more options of the compatibility adapter's `flipgate adapt`")
    parser.add_argument("--peft", action="store_true")
    parser.add_argument("--work", type=Path)
    args = parser.parse_args()
    folder = args.work or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    models = {role: FIXTURES / "models" / role for role in ("baseline", "candidate")}
    table = {}

    def adapt(output, *options, epochs, rate, seed, train):
        if not output.exists():
            remedy.run(args.flipgate, "adapt", "--train", train, "--output", output, "--no-eos", "--batch-tokens", 512, "--epochs", epochs,
                       "--learning-rate", rate, "--rank", args.rank, "--seed", seed, "--threads", args.threads, "--no-progress", *options,
                       threads=args.threads)
        return output

    for task in args.tasks:
        path, metric, (data, pair) = TASKS[task]
        pairs = [pair(json.loads(line)) for line in open(FIXTURES / "tasks" / data)]
        train = folder / f"{task}.jsonl"
        train.write_text("".join(json.dumps({"prompt": p, "completion": c}) + "\n" for p, c in pairs))
        for seed in args.seeds:
            name = f"{task}-{seed}"
            own = {role: adapt(folder / f"{name}-{role}", "--objective", "cross-entropy", "--model", models[role], epochs=args.task_epochs,
                               rate=args.task_learning_rate, seed=seed, train=train) for role in models}
            evaluate = lambda role, adapter, label: remedy.evaluate(args.flipgate, models[role], adapter, [path], folder / f"{name}-{label}.jsonl",
                                                                    args.threads)[task]
            old, new = evaluate("baseline", own["baseline"], "old"), evaluate("candidate", own["candidate"], "new")
            before = remedy.flips(old, new, metric)
            table.setdefault((task, "candidate"), []).append((before, before))
            for mask in args.masks:
                output = adapt(folder / f"{name}-{mask}", "--old", models["baseline"], "--old-adapter", own["baseline"], "--new", models["candidate"],
                               "--new-adapter", own["candidate"], "--mask", mask, *args.extra, epochs=args.epochs, rate=args.learning_rate, seed=seed,
                               train=train)
                after = remedy.flips(old, evaluate("candidate", output, mask), metric)
                table.setdefault((task, mask), []).append((before, after))
                if args.peft and mask in ("student-wrong", "always-old", "old-correct"):
                    steps = max(json.loads(line).get("step", 0) for line in open(output / "training.jsonl"))
                    remedy.tokens(models["candidate"], pairs, folder / "tokens.jsonl")
                    job = {"old": str(models["baseline"]), "new": str(models["candidate"]), "old_adapter": str(own["baseline"]),
                           "new_adapter": str(own["candidate"]), "data": str(folder / "tokens.jsonl"), "mask": mask, "lambda": 1.0, "temperature": 2.0,
                           "rank": args.rank, "alpha": 2 * args.rank, "learning_rate": args.learning_rate, "warmup_steps": steps // 20, "steps": steps,
                           "batch_tokens": 512, "precision": "f32", "threads": args.threads, "seed": seed, "output": str(folder / f"{name}-peft-{mask}")}
                    remedy.peft_side(job, folder, args.threads)
                    result = remedy.flips(old, evaluate("candidate", folder / f"{name}-peft-{mask}", f"peft-{mask}"), metric)
                    table.setdefault((task, f"{mask} (PyTorch + PEFT)"), []).append((before, result))
    for task in args.tasks:
        old = [before["old_mean"] for before, _ in table[(task, "candidate")]]
        print(f"\n{task}, {TASKS[task][1]}; {len(args.seeds)} seeds, mean ± standard deviation; old model {spread(old)}\n")
        print("| | mean | worse than the old model | better | fewer worse, relative |\n|---|---|---|---|---|")
        for (name, label), runs in table.items():
            if name != task:
                continue
            rates = [after["negative"] / after["items"] for _, after in runs]
            gains = [after["positive"] / after["items"] for _, after in runs]
            fewer = [remedy.reduction(before["negative"], after["negative"]) for before, after in runs]
            print(f"| {label} | {spread([after['mean'] for _, after in runs])} | {spread(rates)} | {spread(gains)} | {spread(fewer)} |")


if __name__ == "__main__":
    main()
