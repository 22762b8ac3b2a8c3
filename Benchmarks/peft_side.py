"""PyTorch + PEFT doing what `flipgate adapt` does: one process, one JSON line on standard output.

    peft_side.py JOB.json

JOB holds: old, new (checkpoint folders), old_adapter, new_adapter (or null), data (JSON Lines with "tokens" and "trained" [first, end)), validation (the
same, or null) or validation_share (of data), mask (student-wrong | always-old | old-correct | token-likelihood | sequence-likelihood | cross-entropy),
lambda, temperature, keep (objective | cross-entropy | last: whose best validation is kept), rank, alpha, learning_rate, warmup_steps, steps, minutes,
batch_tokens, precision (f32 | bf16), threads, seed, output (adapter folder, or null).

The split, the order of the examples and their batches are those that `flipgate adapt` draws from the same seed, so that every step sees the same tokens; only
the first values of an adapter that starts from nothing are PEFT's own. Batches are padded, as transformers' models take them. Both teachers are asked in
every step, as nothing keeps their states: the new one is the student without its adapter where it has none of its own.
"""
import json
import math
import resource
import sys
import time

import torch
import torch.nn.functional as F
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, get_linear_schedule_with_warmup

WORD = (1 << 64) - 1
SPLIT, EPOCH = 1, 2
# Flipgate validates on so many tokens at most.
VALIDATION_TOKENS = 16_384


def mixed(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


def permutation(count, seed, purpose, number=0):
    """SplitMix64 and Fisher-Yates, as Flipgate draws its orders."""
    state = mixed(mixed(mixed(seed) ^ purpose) ^ number)
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        state = (state + 0x9E3779B97F4A7C15) & WORD
        other = (mixed(state) * (last + 1)) >> 64
        order[last], order[other] = order[other], order[last]
    return order


def split(examples, share, seed):
    """Training and validation examples, each in the order of the file."""
    count = math.floor(len(examples) * share + 0.5)
    count = min(max(1, count), len(examples) - 1) if share > 0 and len(examples) > 1 else 0
    kept = set(permutation(len(examples), seed, SPLIT)[:count])
    validation, left = [], VALIDATION_TOKENS
    for index in sorted(kept):
        length = len(examples[index]["tokens"])
        if validation and length > left:
            break
        left -= length
        validation.append(examples[index])
    return [e for i, e in enumerate(examples) if i not in kept], validation


def load(path, adapter, dtype):
    model = AutoModelForCausalLM.from_pretrained(path, dtype=dtype)
    return PeftModel.from_pretrained(model, adapter) if adapter else model


def pack(examples, order, tokens):
    batches, room = [], 0
    for index in order:
        length = len(examples[index]["tokens"])
        if not batches or length > room:
            batches.append([])
            room = tokens
        batches[-1].append(index)
        room = max(0, room - length)
    return batches


def tensors(examples, pad=0):
    longest = max(len(e["tokens"]) for e in examples)
    ids = torch.full((len(examples), longest), pad, dtype=torch.long)
    attention = torch.zeros_like(ids)
    trained = torch.zeros((len(examples), longest - 1), dtype=torch.bool)
    for row, e in enumerate(examples):
        ids[row, : len(e["tokens"])] = torch.tensor(e["tokens"])
        attention[row, : len(e["tokens"])] = 1
        trained[row, e["trained"][0] - 1 : e["trained"][1] - 1] = True
    return ids, attention, trained


def rows(model, ids, attention, trained):
    hidden = model(input_ids=ids, attention_mask=attention, logits_to_keep=0).logits
    return hidden[:, :-1][trained].float()


def said(logits, gold):
    """The log-probability of each gold token."""
    return F.log_softmax(logits, -1).gather(-1, gold[:, None])[:, 0]


class Loss:
    """The objective's and cross-entropy's means over a batch's trained tokens."""

    def __init__(self, job, student, old, new):
        self.job, self.student, self.old, self.new = job, student, old, new

    def __call__(self, examples):
        job, student = self.job, self.student
        ids, attention, trained = tensors(examples)
        gold = ids[:, 1:][trained]
        logits = rows(student, ids, attention, trained)
        distils = job["mask"] != "cross-entropy"
        # Told, but no part of the loss: then it costs no way back.
        ce = F.cross_entropy(logits.detach() if distils and job["lambda"] == 1 else logits, gold)
        if not distils:
            return ce, ce, len(gold)
        with torch.no_grad():
            teacher = rows(self.old, ids, attention, trained)
            if job["mask"] != "always-old":
                if self.new is not None:
                    own = rows(self.new, ids, attention, trained)
                else:
                    with student.disable_adapter():
                        own = rows(student, ids, attention, trained)
                teacher = torch.where(self.follows(teacher, logits, gold, trained)[:, None], teacher, own)
            target = F.log_softmax(teacher / job["temperature"], -1)
        divergence = F.kl_div(F.log_softmax(logits / job["temperature"], -1), target, log_target=True, reduction="batchmean")
        loss = divergence if job["lambda"] == 1 else job["lambda"] * divergence + (1 - job["lambda"]) * ce
        return loss, ce, len(gold)

    def follows(self, old, student, gold, trained):
        """Which tokens follow the old model."""
        mask = self.job["mask"]
        if mask == "student-wrong":
            return student.argmax(-1) != gold
        if mask == "old-correct":
            return old.argmax(-1) == gold
        gap = said(student, gold) - said(old, gold)
        if mask == "sequence-likelihood":
            sequence = trained.nonzero()[:, 0]
            gap = torch.zeros(len(trained)).index_add(0, sequence, gap)[sequence]
        return gap < 0


def main():
    job = json.load(open(sys.argv[1]))
    torch.set_num_threads(job["threads"])
    torch.manual_seed(job["seed"])
    dtype = torch.float32 if job["precision"] == "f32" else torch.bfloat16
    student = AutoModelForCausalLM.from_pretrained(job["new"], dtype=dtype)
    if job.get("new_adapter"):
        student = PeftModel.from_pretrained(student, job["new_adapter"], is_trainable=True, autocast_adapter_dtype=True)
        new = load(job["new"], job["new_adapter"], dtype).eval()
    else:
        student = get_peft_model(student, LoraConfig(r=job["rank"], lora_alpha=job["alpha"], target_modules="all-linear", task_type="CAUSAL_LM"))
        new = None
    old = load(job["old"], job.get("old_adapter"), dtype).eval() if job["mask"] != "cross-entropy" else None
    parameters = [p for p in student.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=job["learning_rate"], weight_decay=0.0)
    schedule = get_linear_schedule_with_warmup(optimizer, job["warmup_steps"], job["steps"])
    examples = [json.loads(line) for line in open(job["data"])]
    if job.get("validation"):
        validation = [json.loads(line) for line in open(job["validation"])]
    else:
        examples, validation = split(examples, job.get("validation_share", 0), job["seed"])
    keep = job.get("keep", "cross-entropy")
    measure = Loss(job, student, old, new)
    step, seconds, losses, validations, epoch, best = 0, [], [], [], 0, (math.inf, None, 0)
    start = time.perf_counter()

    def validate():
        student.eval()
        sums, count = [0.0, 0.0], 0
        with torch.no_grad():
            for batch in pack(validation, range(len(validation)), job["batch_tokens"]):
                *values, tokens = measure([validation[i] for i in batch])
                sums = [total + value.item() * tokens for total, value in zip(sums, values)]
                count += tokens
        return [total / count for total in sums]

    over = False
    while not over:
        order = permutation(len(examples), job["seed"], EPOCH, epoch)
        for batch in pack(examples, order, job["batch_tokens"]):
            began = time.perf_counter()
            student.train()
            loss, _, _ = measure([examples[i] for i in batch])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            losses.append(loss.item())
            seconds.append((epoch, time.perf_counter() - began))
            if step >= job["steps"] or (job.get("minutes") and time.perf_counter() - start > job["minutes"] * 60):
                over = True
                break
        epoch += 1
        if validation:
            validations.append([step, *validate()])
            loss = -epoch if keep == "last" else validations[-1][1 if keep == "objective" else 2]
            if loss < best[0]:
                best = (loss, {n: p.detach().clone() for n, p in student.named_parameters() if p.requires_grad}, step)
    total = time.perf_counter() - start
    if best[1]:
        with torch.no_grad():
            for name, p in student.named_parameters():
                if name in best[1]:
                    p.copy_(best[1][name])
    if job.get("output"):
        student.save_pretrained(job["output"])
    print(json.dumps({
        "steps": step, "seconds": total, "best_step": best[2] or step, "validation_loss": best[0] if validation else None, "validations": validations,
        "step_seconds": [[e, s] for e, s in seconds], "losses": losses, "peak_memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "torch": torch.__version__, "precision": job["precision"],
    }))


if __name__ == "__main__":
    main()
