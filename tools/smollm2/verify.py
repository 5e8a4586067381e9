#!/usr/bin/env python3
"""Compares the converted directory with what transformers itself makes of the GGUF file.

    python verify.py MODEL_DIR FILE.gguf

Needs torch, transformers, gguf, tokenizers. Weights must be bit-equal after rounding to bfloat16,
logits equal, and AutoTokenizer must give the tokens of the `tokenizers` library.
"""

import sys
from pathlib import Path

import tokenizers
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

TEXTS = [
    "The capital of France is",
    "Q: What is 17 + 5?\nA:",
    "<|im_start|>user\nHi 2024<|im_end|>\n",
    "naïve 東京 ½ 🙂 don't  x",
]


def main(directory: str, gguf: str) -> None:
    torch.set_num_threads(1)
    options = {"dtype": torch.float32, "attn_implementation": "eager"}
    ours = AutoModelForCausalLM.from_pretrained(directory, **options).eval()
    source = Path(gguf)
    theirs = AutoModelForCausalLM.from_pretrained(
        source.parent, gguf_file=source.name, **options
    ).eval()
    expected = theirs.state_dict()
    for values in expected.values():
        values.copy_(values.to(torch.bfloat16).float())
    found = ours.state_dict()
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in found)

    automatic = AutoTokenizer.from_pretrained(directory)
    plain = tokenizers.Tokenizer.from_file(str(Path(directory) / "tokenizer.json"))
    for text in TEXTS:
        ids = plain.encode(text).ids
        assert automatic(text).input_ids == ids
        assert automatic.decode(ids) == text
        with torch.no_grad():
            batch = torch.tensor([ids])
            assert torch.equal(ours(batch).logits, theirs(batch).logits)
    print(f"{len(found)} tensors, {len(TEXTS)} texts: equal")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: verify.py MODEL_DIR FILE.gguf")
    main(sys.argv[1], sys.argv[2])
