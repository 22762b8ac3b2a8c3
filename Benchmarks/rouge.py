"""ROUGE beside PyPI rouge-score 0.1.2: the same bits, and how much faster, on one thread.

    python Benchmarks/rouge.py                             four measures with stemmer on texts of 68 words, 2,000 pairs
    python Benchmarks/rouge.py --texts wild --pairs 100000 texts of every kind: the differential run

Both sides score the same pairs with rouge1, rouge2, rougeL and rougeLsum, all three numbers each; reading, parsing and writing are left out, and
what counts is processor time, so that other processes make little difference. Exit status 1 where a single bit differs. Needs `rouge-score==0.1.2` and Swift.
"""
import argparse
import json
import random
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "fixtures" / "generate"))
import metric_texts  # noqa: E402

MEASURES = ["rouge1", "rouge2", "rougeL", "rougeLsum"]


def make_pairs(kind, count, seed, words):
    if kind == "wild":
        return metric_texts.pairs(seed, count)
    chance = random.Random(seed)
    return [(right, metric_texts.edited(chance, right)) for right in (metric_texts.plain(chance, words) for _ in range(count))]


def bits(number):
    return f"{struct.unpack('<Q', struct.pack('<d', float(number)))[0]:x}"


def reference(pairs, stemmer):
    """rouge-score's numbers as bits, and its processor seconds."""
    from rouge_score import rouge_scorer
    scorer = rouge_scorer.RougeScorer(MEASURES, use_stemmer=stemmer)
    scorer.score("warm up", "warming up")
    started = time.process_time()
    scores = [scorer.score(right, answer) for right, answer in pairs]
    seconds = time.process_time() - started
    return [" ".join(bits(part) for name in MEASURES for part in score[name]) for score in scores], seconds


def flipgate(binary, mode, pairs_file, stemmer, folder):
    output = folder / "scores.txt"
    result = subprocess.run([binary, mode, pairs_file, "stemmer" if stemmer else "plain", output], check=True, stdout=subprocess.PIPE, text=True)
    return output.read_text().splitlines(), json.loads(result.stdout)["seconds"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--texts", choices=["plain", "wild"], default="plain")
    parser.add_argument("--words", type=int, default=68, help="of a plain text")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3, help="of Flipgate's side; the fastest counts, as rouge-score's one run is long")
    parser.add_argument("--no-stemmer", action="store_true")
    arguments = parser.parse_args()
    stemmer = not arguments.no_stemmer
    subprocess.run(["swift", "build", "-c", "release", "--package-path", HERE / "rouge"], check=True, stdout=subprocess.DEVNULL)
    binary = HERE / "rouge" / ".build" / "release" / "rouge-side"
    pairs = make_pairs(arguments.texts, arguments.pairs, arguments.seed, arguments.words)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "pairs.jsonl").write_text("".join(json.dumps({"target": right, "prediction": answer}) + "\n" for right, answer in pairs))
        expected, seconds = reference(pairs, stemmer)
        print(f"rouge-score: {len(pairs) / seconds:,.0f} pairs a second")
        differences = 0
        for mode, name in [("rouge", "Flipgate"), ("metrics", "Flipgate, four metrics each on its own (F1)")]:
            runs = [flipgate(binary, mode, folder / "pairs.jsonl", stemmer, folder) for _ in range(arguments.runs)]
            best = min(run[1] for run in runs)
            print(f"{name}: {len(pairs) / best:,.0f} pairs a second, {seconds / best:,.0f} times as fast")
            numbers = expected if mode == "rouge" else [" ".join(line.split()[2::3]) for line in expected]
            wrong = [index for index, (ours, theirs) in enumerate(zip(runs[0][0], numbers, strict=True)) if ours != theirs]
            differences += len(wrong)
            for index in wrong[:3]:
                print(f"  differs: {json.dumps(pairs[index])}\n    {runs[0][0][index]}\n    {numbers[index]}")
    print(f"{len(pairs)} pairs, {12 * len(pairs)} numbers: {differences or 'no'} pair(s) with another bit")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
