"""Reference figures for the Swift engine: `python parity.py --models MODELS --out FOLDER`.

Logits of every checkpoint by transformers in float32 with eager attention (adapters are merged by
PEFT first), token ids by SentencePiece, and scores of single prompts. The README beside the
fixtures documents the keys; `write_parity` writes it too.
"""

import argparse
import json
from pathlib import Path

import torch
from card import checkpoints
from model import load_any
from safetensors.torch import save_file
from sampling import generate, score
from tokenizer import EOS, Tokenizer

SEQUENCES = [
    "Q: Sam has 7 stones, gets 5, eats 7. How many? A: 7+5=12, 12-7=5. #5",
    "Say: red cake moon iron ; red cake moon iron ; red cake moon iron",
    "The singers that the bird above the limfa sees run.",
    "Ünseen  bytes\tand double  blanks: 12345 ∀🙂",
]
POSITIONS = 2  # of each sequence: the middle and the last
ODD_LINES = [
    "", " ", "  ", "a", " a", "a ", "  a  b  ", "a\tb\nc", "▁", "▁▁a", "12-7=5", "007", "#", "<s>",
    "</s>", "<unk>", "<0x0A>", "naïve café", "İstanbul", "ﬁne", "e\u0301", "日本語", "שלום",
    "👩‍👩‍👧", "\u00a0x\u2003y", "\u200b", "I'm", "ALL CAPS",
]
LINES_PER_FILE = ITEMS_PER_FILE = 4
SCORED = ["base", "rlvr/step-150"]

README = """# Reference figures of the embedded family

Written by `tools/family/parity.py`; transformers, float32, eager attention.

- `logits.safetensors`: `{checkpoint}.{n}` float32 [2, vocabulary] for every checkpoint of
  `models/` and sequence n, at the positions of `sequences.json`. Adapters are merged by PEFT.
- `sequences.json`: `[{"text", "ids", "positions"}]`, ids with BOS.
- `tokens.json`: `[{"text", "ids", "decoded"}]` by SentencePiece, ids without BOS.
- `scores.json`: `{checkpoint: {prompt id: figures}}` for the first items of each file of
  `prompts/family`; `choice`: log-likelihood of each choice; `completion`: log-likelihood, and 1 if
  the answer is the greedy continuation; `minimal-pair`: log-likelihoods of good and bad; `text`:
  log-likelihood and tokens; `generate`: the greedy response. All in nats, after BOS, without EOS.
"""


def prompt_items(prompts: Path, count: int) -> list[dict]:
    return [
        json.loads(line) for path in sorted(prompts.glob("*.jsonl"))
        for line in path.read_text().splitlines()[:count]]


def sequences(tokenizer: Tokenizer) -> list[dict]:
    found = []
    for text in SEQUENCES:
        ids = tokenizer.encode(text)
        positions = [len(ids) * (number + 1) // POSITIONS - 1 for number in range(POSITIONS)]
        found.append({"text": text, "ids": ids, "positions": positions})
    return found


def tokens(tokenizer: Tokenizer, prompts: Path) -> list[dict]:
    lines = ODD_LINES + [
        item.get("prompt") or item.get("text") or item["good"]
        for item in prompt_items(prompts, LINES_PER_FILE)]
    found = []
    for line in lines:
        ids = tokenizer.model.encode(line)
        found.append({"text": line, "ids": ids, "decoded": tokenizer.model.decode(ids)})
    return found


@torch.no_grad()
def logits(model, items: list[dict]) -> list[torch.Tensor]:
    found = (model(torch.tensor([item["ids"]]), use_cache=False).logits[0] for item in items)
    return [rows[item["positions"]].contiguous() for rows, item in zip(found, items)]


def figures(model, tokenizer: Tokenizer, item: dict) -> list:
    def whole(text: str) -> tuple[list[int], list[int]]:
        ids = tokenizer.encode(text)
        return ids[:1], ids[1:]

    match item["kind"]:
        case "generate":
            prompt = item["prompt"]
            ids = generate(model, [tokenizer.encode(prompt)], item["max_tokens"], None)[0]
            return [tokenizer.decode([i for i in ids if i != EOS], after=prompt)]
        case "choice":
            pairs = [tokenizer.continuation(item["prompt"], choice) for choice in item["choices"]]
            return [nats for nats, _ in score(model, pairs)]
        case "completion":
            pair = tokenizer.continuation(item["prompt"], item["answer"])
            nats, greedy = score(model, [pair])[0]
            return [nats, int(greedy)]
        case "minimal-pair":
            return [nats for nats, _ in score(model, [whole(item["good"]), whole(item["bad"])])]
        case _:
            pair = whole(item["text"])
            return [score(model, [pair])[0][0], len(pair[1])]


def write_parity(models: Path, prompts: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models / "base")
    items, tensors, scores = sequences(tokenizer), {}, {}
    for name in checkpoints(models):
        model = load_any(models / name, models / "base", attention="eager").eval()
        tensors |= {f"{name}.{n}": found for n, found in enumerate(logits(model, items))}
        if name in SCORED:
            scores[name] = {
                item["id"]: figures(model, tokenizer, item)
                for item in prompt_items(prompts, ITEMS_PER_FILE)}
    save_file(tensors, out / "logits.safetensors")
    found = {"sequences": items, "tokens": tokens(tokenizer, prompts), "scores": scores}
    for name, value in found.items():
        (out / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")
    (out / "README.md").write_text(README)


if __name__ == "__main__":
    repository = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=repository / "models")
    parser.add_argument("--prompts", type=Path, default=repository / "prompts/family")
    parser.add_argument("--out", type=Path, default=repository / "Tests/Fixtures/family")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    write_parity(arguments.models, arguments.prompts, arguments.out)
