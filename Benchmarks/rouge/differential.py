"""BLEU, chrF, token F1 and edit similarity against their reference implementations on many texts, by hand.

    PYTHONPATH=FOLDER python Benchmarks/rouge/differential.py --pairs 100000

FOLDER holds rapidfuzz 3.14.6. Token F1 is held against `transformers/data/metrics/squad_metrics.py` of transformers 4.57.1 where `--squad FILE` names it (later
versions have none). Prints the largest difference a metric and the first pair that has it; exit status 1 above 1e-12 (relative, of numbers above 1).
"""
import argparse
import importlib.util
import json
import random
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "fixtures" / "generate"))
import metric_texts  # noqa: E402

sys.path.pop(0)
import sacrebleu  # noqa: E402
from rapidfuzz.distance import Levenshtein  # noqa: E402

BINARY = HERE / ".build" / "release" / "rouge-side"


def flipgate(metric, options, items_file, folder):
    output = folder / "scores.txt"
    subprocess.run([BINARY, "measure", items_file, metric, json.dumps(options), output], check=True, stdout=subprocess.DEVNULL)
    return [struct.unpack("<d", struct.pack("<Q", int(line, 16)))[0] for line in output.read_text().splitlines()]


def squad_f1(file):
    spec = importlib.util.spec_from_file_location("squad_metrics", file)
    text = Path(file).read_text().replace("from ...models.bert import BasicTokenizer", "").replace("from ...utils import logging", "import logging")
    text = text.replace("logging.get_logger", "logging.getLogger")
    module = importlib.util.module_from_spec(spec)
    exec(compile(text, file, "exec"), module.__dict__)

    def best(item):
        right = [text for text in item["references"] if module.normalize_answer(text)] or [""]
        return float(max(module.compute_f1(text, item["text"]) for text in right))
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--squad")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    items = []
    for right, answer in metric_texts.pairs(arguments.seed, arguments.pairs, longest=40):
        others = [metric_texts.edited(chance, right) for _ in range(chance.choice([0, 0, 0, 1, 2]))]
        items.append({"text": answer, "references": [right, *others]})
    answers = [item["text"] for item in items]
    streams = [[item["references"][n] if n < len(item["references"]) else None for item in items] for n in range(3)]
    runs = [("edit_similarity", {}, lambda item: max(Levenshtein.normalized_similarity(item["text"], text) for text in item["references"]), None)]
    if arguments.squad:
        runs.append(("token_f1", {}, squad_f1(arguments.squad), None))
    for options in [{}, {"tokenize": "intl"}, {"tokenize": "char", "lowercase": True}, {"tokenize": "none", "smooth_method": "add-k"}]:
        sentence, corpus = sacrebleu.BLEU(effective_order=True, **options), sacrebleu.BLEU(**options)
        runs.append(("bleu", options, lambda item, metric=sentence: metric.sentence_score(item["text"], item["references"]).score, corpus))
    for name, order in [("chrf", 0), ("chrf++", 2)]:
        metric = sacrebleu.CHRF(word_order=order)
        runs.append((name, {}, lambda item, metric=metric: metric.sentence_score(item["text"], item["references"]).score, metric))
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "items.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
        for name, options, score, corpus in runs:
            ours = flipgate(name, options, folder / "items.jsonl", folder)
            theirs = [score(item) for item in items]
            if corpus:
                theirs.append(corpus.corpus_score(answers, streams).score)
            differences = [abs(a - b) / max(1, abs(b)) for a, b in zip(ours, theirs)]
            largest = max(differences)
            place = differences.index(largest)
            equal = sum(a == b for a, b in zip(ours, theirs))
            print(f"{name} {json.dumps(options)}: {len(theirs)} numbers, {equal} equal, largest difference {largest:.3g}", flush=True)
            if largest > 1e-12:
                print(f"  {ours[place]} and {theirs[place]}: {json.dumps(items[place] if place < len(items) else 'all')}")
            worst = max(worst, largest)
    sys.exit(1 if worst > 1e-12 else 0)


if __name__ == "__main__":
    main()
