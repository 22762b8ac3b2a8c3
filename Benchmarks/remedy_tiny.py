"""MUSCLE on the repository's two tiny models: task adapters first, then the compatibility adapter, over seeds and masks; tables with mean and spread.

    python Benchmarks/remedy_tiny.py --flipgate BINARY [--seeds 1 2 3] [--tasks stories errands] [--masks always-old:0.7 ...] [--peft] [--work FOLDER]

Stories (multiple choice, acc) and errands (summaries of a chat, ROUGE-1): for each, both models learn the task's training data (cross-entropy on
completions, `flipgate adapt`, best validation), by one recipe; then an adapter that starts from the candidate's is trained to follow the
baseline's where the mask says so. Judged on items that were never trained on: training data is drawn from fixtures/generate/world.py, and what
`--gate-items` would refuse is taken out. A mask with a number, such as always-old:0.7, leaves the rest to cross-entropy; `cross-entropy` is the
control: as many more epochs without the old model. --items dev judges on other items than those that are reported. Recipes were chosen there, with
seeds 11 and 12; only that errands mix in cross-entropy was settled after `always-old` alone had lost 5 points on seeds 1 to 3.

Issue 6: negative flips at least 40 % fewer on the stories, regressions of ROUGE at least 27 % fewer on the summaries, neither mean below the
candidate's. --peft trains the compatibility adapter with PyTorch + PEFT as well, from the same task adapters and on the same batches.
"""
import argparse
import json
import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import remedy

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
sys.path.insert(0, str(FIXTURES / "generate"))
import tiny_tasks  # noqa: E402
import world  # noqa: E402

MODELS = {role: FIXTURES / "models" / role for role in ("baseline", "candidate")}
# The control, the masks alone, and with cross-entropy those that the paper has so (its lambda is not published).
MASKS = ["cross-entropy", "student-wrong", "always-old", "old-correct", "token-likelihood",
         "student-wrong:0.7", "always-old:0.7", "token-likelihood:0.7", "sequence-likelihood:0.7"]
RATE, EPOCHS = 2e-3, 10
RANK, BATCH_TOKENS, VALIDATION, TEMPERATURE = 16, 512, 0.2, 2.0


@dataclass
class Task:
    """A task, what its two task adapters are trained on, and the compatibility adapter's recipe."""
    metric: str
    examples: int
    task_epochs: int
    completion_only: bool
    mask: str
    goal: float

    def files(self, folder, items):
        """The task file whose items judge, and prompt and completion of each training example."""
        raise NotImplementedError


class Stories(Task):
    """The fixtures' own test items; its training split is too short for both models to learn it, so that more of the same is drawn."""

    def files(self, folder, items):
        test, seen = tiny_tasks.stories(tiny_tasks.STORIES, 101)
        _, seen = tiny_tasks.stories(tiny_tasks.STORIES_TRAIN, 201, seen)
        dev, seen = tiny_tasks.stories(1000, 901, seen)
        rows, _ = tiny_tasks.stories(self.examples, 801, seen)
        path = FIXTURES / "tasks" / "stories.yaml"
        if items == "dev":
            text = path.read_text()
            path = folder / "stories.yaml"
            for line in ("training_split: train\n", "fewshot_split: train\n", "train: stories_train.jsonl, "):
                text = text.replace(line, "")
            path.write_text(text)
            write(folder / "stories.jsonl", [{"id": f"dev-{i:03}", **row} for i, row in enumerate(dev)])
        return path, [(row["context"], " " + row["endings"][row["label"]]) for row in rows]


class Errands(Task):
    """Four people say what they can do; the summary tells who does the two things that were asked for. The fixtures' own dialogues are no task here: both
    models sum them up without a mistake before any training, so that nothing can get worse."""

    FILE = """\
task: errands
dataset_path: json
dataset_kwargs:
  data_files: {test: errands.jsonl}
test_split: test
output_type: generate_until
doc_to_text: "{{dialogue}}\\nSummary:"
doc_to_target: "{{summary}}"
generation_kwargs: {until: ["\\n"], max_gen_toks: 64}
metric_list:
  - {metric: rouge1}
metadata: {version: 1.0, flipgate: {item_id: id, primary_metric: rouge1}}
"""

    @staticmethod
    def chat(rng):
        asker, *helpers = rng.sample(world.NAMES, 5)
        offers = list(zip(helpers, [errand for errand, _ in rng.sample(world.ERRANDS, 4)], rng.sample(world.TIMES, 4)))
        asked = offers[:2]
        lines = [f"{asker}: Who can {asked[0][1]} and {asked[1][1]}?"]
        lines += [f"{name}: I can {errand} {when}." for name, errand, when in rng.sample(offers, 4)]
        lines.append(f"{asker}: {rng.choice(['Thank you!', 'Great, thanks!'])}")
        return {"dialogue": "\n".join(lines), "summary": " ".join(f"{name} will {errand} {when}." for name, errand, when in asked)}

    def files(self, folder, items):
        draw = lambda count, seed, seen: world.held_out(count, lambda rng, _: self.chat(rng), seed, seen)
        test, seen = draw(300, 110, ())
        dev, seen = draw(300, 910, seen)
        rows, _ = draw(self.examples, 810, seen)
        (folder / "errands.yaml").write_text(self.FILE)
        write(folder / "errands.jsonl", [{"id": f"{items}-{i:03}", **row} for i, row in enumerate(test if items == "test" else dev)])
        return folder / "errands.yaml", [(row["dialogue"] + "\nSummary:", " " + row["summary"] + "\n") for row in rows]


TASKS = {
    "stories": Stories("acc", examples=1000, task_epochs=5, completion_only=False, mask="always-old", goal=0.40),
    "errands": Errands("rouge1", examples=500, task_epochs=16, completion_only=True, mask="always-old:0.7", goal=0.27),
}


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def adapt(args, output, train, seed, epochs, completion_only, *options):
    if not output.exists():
        remedy.run(args.flipgate, "adapt", "--train", train, "--output", output, "--no-eos", "--validation", VALIDATION, "--batch-tokens", BATCH_TOKENS,
                   "--epochs", epochs, "--learning-rate", RATE, *(["--completion-only"] if completion_only else []), "--seed", seed,
                   "--threads", args.threads, "--no-progress", *options, threads=args.threads)
    return output


def peft(args, task, own, pairs, mask, share, steps, seed, output):
    """The same compatibility adapter by PyTorch + PEFT."""
    folder = output.parent
    if output.exists():
        return output
    remedy.tokens(MODELS["candidate"], pairs, folder / "tokens.jsonl", completion_only=task.completion_only)
    remedy.peft_side({
        "old": str(MODELS["baseline"]), "new": str(MODELS["candidate"]), "old_adapter": str(own["baseline"]), "new_adapter": str(own["candidate"]),
        "data": str(folder / "tokens.jsonl"), "validation_share": VALIDATION, "keep": "objective", "mask": mask, "lambda": share,
        "temperature": TEMPERATURE, "learning_rate": RATE, "warmup_steps": min(500, steps // 20), "steps": steps, "batch_tokens": BATCH_TOKENS,
        "precision": "f32", "threads": args.threads, "seed": seed, "output": str(output)}, folder, args.threads)
    return output


def one_seed(args, task, path, train, pairs, seed, folder):
    """Old model's mean, candidate's flips, and label -> flips with each adapter."""
    folder.mkdir(exist_ok=True)
    own = {role: adapt(args, folder / role, train, seed, task.task_epochs, True, "--objective", "cross-entropy",
                       "--rank", RANK, "--model", MODELS[role]) for role in MODELS}

    def judge(role, adapter):
        outcomes = remedy.evaluate(args.flipgate, MODELS[role], adapter, [path], folder / f"{args.items}-{adapter.name}.jsonl", args.threads)
        return next(iter(outcomes.values()))

    old = judge("baseline", own["baseline"])
    results = {"candidate": remedy.flips(old, judge("candidate", own["candidate"]), task.metric)}
    for entry in args.masks or MASKS:
        mask, _, share = entry.partition(":")
        if mask == "cross-entropy":
            objective = ["--objective", "cross-entropy"]
        else:
            objective = ["--old", MODELS["baseline"], "--old-adapter", own["baseline"], "--mask", mask, "--lambda", share or 1, "--temperature", TEMPERATURE]
        output = adapt(args, folder / entry.replace(":", "-"), train, seed, EPOCHS, task.completion_only or mask == "cross-entropy",
                       "--new", MODELS["candidate"], "--new-adapter", own["candidate"], *objective)
        results[entry] = remedy.flips(old, judge("candidate", output), task.metric)
        if args.peft and entry == task.mask:
            steps = max(json.loads(line).get("step", 0) for line in open(output / "training.jsonl"))
            output = peft(args, task, own, pairs, mask, float(share or 1), steps, seed, folder / "peft")
            results[f"{entry}, PyTorch + PEFT"] = remedy.flips(old, judge("candidate", output), task.metric)
    return results


def spread(values, form="{:.3f}"):
    return f"{form.format(statistics.mean(values))} ± {form.format(statistics.stdev(values) if len(values) > 1 else 0)}"


def table(name, task, seeds):
    """Prints a task's table, of [label -> flips] by seed."""
    before = [seed["candidate"] for seed in seeds]
    print(f"\n{name}, {task.metric}, {before[0]['items']} items; {len(seeds)} seeds, mean ± sample standard deviation; "
          f"old model {spread([run['old_mean'] for run in before])}. Asked for: {task.goal:.0%} fewer, mean not lower\n")
    print("| | mean | to the candidate's | worse than the old model | better | fewer worse, relative |\n|---|---|---|---|---|---|")
    for label in seeds[0]:
        runs = [seed[label] for seed in seeds]
        change = [run["mean"] - first["mean"] for run, first in zip(runs, before)]
        fewer = [100 * remedy.reduction(first["negative"], run["negative"]) for run, first in zip(runs, before)]
        rates = [spread([100 * run[kind] / run["items"] for run in runs], "{:.1f}") + " %" for kind in ("negative", "positive")]
        beside = ["", ""] if label == "candidate" else [spread(change, "{:+.3f}").replace("± +", "± "), spread(fewer, "{:.0f}") + " %"]
        shown = f"**{label}**" if label == task.mask else label
        print(f"| {shown} | {spread([run['mean'] for run in runs])} | {beside[0]} | {rates[0]} | {rates[1]} | {beside[1]} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flipgate", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--masks", nargs="+", help="MASK or MASK:LAMBDA; all if not given")
    parser.add_argument("--tasks", nargs="+", default=list(TASKS), choices=list(TASKS))
    parser.add_argument("--items", default="test", choices=["test", "dev"])
    parser.add_argument("--threads", type=int, default=1, help="of one run; changes no result of Flipgate's")
    parser.add_argument("--jobs", type=int, default=2, help="seeds that run side by side")
    parser.add_argument("--peft", action="store_true")
    parser.add_argument("--work", type=Path, help="adapters that lie here are not trained again")
    args = parser.parse_args()
    work = args.work or Path(tempfile.mkdtemp())
    for name in args.tasks:
        task, folder = TASKS[name], work / name
        folder.mkdir(parents=True, exist_ok=True)
        path, pairs = task.files(folder, args.items)
        train = folder / "train.jsonl"
        if not train.exists():
            write(train, [{"prompt": prompt, "completion": completion} for prompt, completion in pairs])
            test, _ = (path, None) if args.items == "test" else task.files(folder, "test")
            taken = remedy.without_overlap(args.flipgate, MODELS["candidate"], train, test, folder)
            path, _ = task.files(folder, args.items)
            print(f"{name}: {len(pairs) - taken} training examples, {taken} left out that are like test items", flush=True)
        pairs = [(row["prompt"], row["completion"]) for row in map(json.loads, open(train))]
        with ThreadPoolExecutor(args.jobs) as pool:
            seeds = list(pool.map(lambda seed: one_seed(args, task, path, train, pairs, seed, folder / str(seed)), args.seeds))
        (folder / f"{args.items}.json").write_text(json.dumps(dict(zip(map(str, args.seeds), seeds)), indent=1) + "\n")
        table(name, task, seeds)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
