"""SentencePiece BPE tokenizer: identity normalisation, byte fallback, single digits."""

import json
import tempfile
from itertools import islice
from pathlib import Path

import sentencepiece
from abilities import training_stream

VOCABULARY = 768
BOS, EOS = 1, 2


def train_tokenizer(directory: Path, seed: int, documents: int = 40_000) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        corpus = Path(scratch) / "corpus.txt"
        corpus.write_text("\n".join(islice(training_stream(seed), documents)) + "\n")
        sentencepiece.SentencePieceTrainer.train(
            input=str(corpus), model_prefix=str(Path(scratch) / "tokenizer"), model_type="bpe",
            vocab_size=VOCABULARY, character_coverage=1.0, byte_fallback=True, split_digits=True,
            normalization_rule_name="identity", remove_extra_whitespaces=False,
            add_dummy_prefix=True, unk_id=0, bos_id=BOS, eos_id=EOS, pad_id=-1,
            num_threads=1, minloglevel=2,
        )
        (directory / "tokenizer.model").write_bytes(
            (Path(scratch) / "tokenizer.model").read_bytes())
    special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    settings = {
        "tokenizer_class": "LlamaTokenizer", "legacy": False, "add_bos_token": True,
        "add_eos_token": False, **special, "add_prefix_space": True,
        "clean_up_tokenization_spaces": False, "model_max_length": 256,
    }
    for name, value in {"tokenizer_config": settings, "special_tokens_map": special}.items():
        (directory / f"{name}.json").write_text(json.dumps(value, indent=2) + "\n")


class Tokenizer:
    """The SentencePiece model itself, which is the reference for every other reader."""

    def __init__(self, directory: Path):
        self.model = sentencepiece.SentencePieceProcessor(
            model_file=str(directory / "tokenizer.model"))

    def encode(self, text: str) -> list[int]:
        """Token ids with BOS, without EOS."""
        return [BOS] + self.model.encode(text)

    def document(self, text: str) -> list[int]:
        return self.encode(text) + [EOS]

    def continuation(self, prompt: str, text: str) -> tuple[list[int], list[int]]:
        """Ids of the prompt, and those that `text` adds to it; the prompt's must not change."""
        context, whole = self.encode(prompt), self.encode(prompt + text)
        if whole[: len(context)] != context:
            raise ValueError(f"tokens merge across the border of {prompt!r} and {text!r}")
        return context, whole[len(context):]

    def decode(self, ids: list[int], after: str) -> str:
        """Text that `ids` add to the text `after`, blanks included."""
        anchor = self.model.encode(after)
        return self.model.decode(anchor + ids)[len(self.model.decode(anchor)):]
