"""PyTorch + PEFT doing what `flipgate adapt` does: one process, one JSON line on standard output.

    peft_side.py JOB.json

JOB holds: old, new (checkpoint folders), old_adapter, new_adapter (or null), data (JSON Lines with "tokens" and "trained" [first, end)), validation (the
same, or null), mask (student-wrong | always-old | old-correct | cross-entropy), lambda, temperature, rank, alpha, learning_rate, warmup_steps, steps,
minutes, batch_tokens, precision (f32 | bf16), threads, seed, output (adapter folder, or null).

Batches are packed as ours are, but padded, as transformers' models take them. Both teachers are asked in every step, as nothing keeps their states: the new
one is the student without its adapter where it has none of its own.
"""
import json
import math
import random
import resource
import sys
import time

import torch
import torch.nn.functional as F
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, get_linear_schedule_with_warmup


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
    distils = job["mask"] != "cross-entropy"
    old = load(job["old"], job.get("old_adapter"), dtype).eval() if distils else None
    parameters = [p for p in student.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=job["learning_rate"], weight_decay=0.0)
    schedule = get_linear_schedule_with_warmup(optimizer, job["warmup_steps"], job["steps"])
    examples = [json.loads(line) for line in open(job["data"])]
    validation = [json.loads(line) for line in open(job["validation"])] if job.get("validation") else []
    temperature, share = job["temperature"], job["lambda"]
    rng = random.Random(job["seed"])
    step, seconds, losses, epoch, best = 0, [], [], 0, (math.inf, None, 0)
    start = time.perf_counter()

    def validate():
        student.eval()
        total = count = 0.0
        with torch.inference_mode():
            for batch in pack(validation, range(len(validation)), job["batch_tokens"]):
                chosen = [validation[i] for i in batch]
                ids, attention, trained = tensors(chosen)
                logits = rows(student, ids, attention, trained)
                total += F.cross_entropy(logits, ids[:, 1:][trained], reduction="sum").item()
                count += len(logits)
        student.train()
        return total / count

    over = False
    while not over:
        order = list(range(len(examples)))
        rng.shuffle(order)
        batches = pack(examples, order, job["batch_tokens"])
        for batch in batches:
            began = time.perf_counter()
            chosen = [examples[i] for i in batch]
            ids, attention, trained = tensors(chosen)
            gold = ids[:, 1:][trained]
            student.train()
            logits = rows(student, ids, attention, trained)
            ce = F.cross_entropy(logits, gold)
            loss = ce
            if distils:
                with torch.inference_mode():
                    theirs = rows(old, ids, attention, trained)
                if job["mask"] == "always-old":
                    teacher = theirs
                else:
                    with torch.inference_mode():
                        if new is not None:
                            own = rows(new, ids, attention, trained)
                        else:
                            with student.disable_adapter():
                                own = rows(student, ids, attention, trained)
                    asked = theirs if job["mask"] == "old-correct" else logits.detach()
                    follows = asked.argmax(-1) == gold if job["mask"] == "old-correct" else asked.argmax(-1) != gold
                    teacher = torch.where(follows[:, None], theirs, own)
                target = F.log_softmax(teacher.clone() / temperature, -1)
                divergence = F.kl_div(F.log_softmax(logits / temperature, -1), target, log_target=True, reduction="batchmean")
                loss = share * divergence + (1 - share) * ce
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
            loss = validate()
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
        "steps": step, "seconds": total, "best_step": best[2] or step, "validation_loss": best[0] if validation else None,
        "step_seconds": [[e, s] for e, s in seconds], "losses": losses, "peak_memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "torch": torch.__version__, "precision": job["precision"],
    }))


if __name__ == "__main__":
    main()
