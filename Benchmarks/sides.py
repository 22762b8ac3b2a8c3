"""The three sides of the HellaSwag benchmark, each timed without its model load: functions that run one and return its seconds."""
import json
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def clean_environment(threads):
    """The caller's environment with the thread counts set and OPENBLAS_CORETYPE removed (OpenBLAS reads it before `main`)."""
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"}
    environment.update(OMP_NUM_THREADS=str(threads), MKL_NUM_THREADS=str(threads))
    return environment


def read_items(data, limit):
    """The first items of the data set, as query, gold and choices; plain or gzip."""
    import gzip
    opener = gzip.open if str(data).endswith(".gz") else open
    with opener(data, "rt", encoding="utf-8") as lines:
        items = [json.loads(line) for _, line in zip(range(limit), lines)]
    return [{"query": i["query"], "gold": i["gold"], "choices": i["choices"]} for i in items]


def write_slice(items, folder):
    """The slice in each side's form: JSON Lines with a task file beside it (harness, Flipgate), six lines an item (llama.cpp)."""
    (folder / "slice.jsonl").write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items))
    (folder / "slice.txt").write_text("\n".join(
        "\n".join([item["query"], str(item["gold"]), *item["choices"]]) for item in items) + "\n")
    (folder / "slice.yaml").write_text("""\
task: hellaswag_slice
dataset_path: json
dataset_kwargs: {data_files: {validation: slice.jsonl}}
validation_split: validation
output_type: multiple_choice
doc_to_text: "{{query}}"
doc_to_target: "{{gold}}"
doc_to_choice: choices
metric_list:
  - {metric: acc, aggregation: mean, higher_is_better: true}
  - {metric: acc_norm, aggregation: mean, higher_is_better: true}
metadata: {version: 1.0}
""")


def harness(model, folder, precision, batch_sizes, threads):
    """lm-evaluation-harness in one process of its own: `[{batch_size, seconds, acc, acc_norm, outcomes}]`, one a batch size."""
    command = [sys.executable, str(HERE / "harness_side.py"), str(model), str(folder / "slice.yaml"), precision, str(threads), *map(str, batch_sizes)]
    output = subprocess.run(command, env=clean_environment(threads), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def llama(binary, model, folder, count, threads, context):
    """llama.cpp's own HellaSwag run: seconds from its "calculating" line to its last score, and that score (per cent, its own measure)."""
    command = [str(binary), "-m", str(model), "-f", str(folder / "slice.txt"), "--hellaswag", "--hellaswag-tasks", str(count),
               "-t", str(threads), "-tb", str(threads), "-c", str(context)]
    process = subprocess.Popen(command, env=clean_environment(threads), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    begun, ended, score, tail = None, None, None, []
    for line in process.stdout:
        now = time.perf_counter()
        tail = (tail + [line.rstrip()])[-20:]
        if "calculating hellaswag score" in line:
            begun = now
        parts = line.strip().split("\t")
        if begun is not None and len(parts) == 3 and parts[0].isdigit():
            ended, score = now, float(parts[1].rstrip("%"))
            done = int(parts[0])
    if process.wait() != 0 or ended is None or done != count:
        raise SystemExit("llama-perplexity did not finish:\n" + "\n".join(tail))
    return {"context": context, "seconds": ended - begun, "score": score}


def flipgate(binary, model, folder, precision, threads, limit=None):
    """`flipgate evaluate`: its own wall time without model load (`usage.wall_seconds` of the record's end line), and the whole process's."""
    record = folder / f"flipgate-{precision}-{limit or 'all'}.jsonl"
    record.unlink(missing_ok=True)
    command = [str(binary), "evaluate", "--model", str(model), "--tasks", str(folder / "slice.yaml"), "--output", str(record),
               "--precision", precision, "--threads", str(threads), "--no-cache", "--quiet", "--no-progress"]
    if limit:
        command += ["--limit", str(limit)]
    started = time.perf_counter()
    process = subprocess.run(command, env=clean_environment(threads), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    whole = time.perf_counter() - started
    if process.returncode != 0:
        raise SystemExit(f"flipgate exited with {process.returncode}:\n{process.stdout}")
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    header, outcomes, end = lines[0], lines[1:-1], lines[-1]
    return {"seconds": end["usage"]["wall_seconds"], "process_seconds": whole, "usage": end["usage"], "engine": header["engine"], "outcomes": outcomes}
