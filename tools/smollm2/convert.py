#!/usr/bin/env python3
"""Turns the GGUF file of SmolLM2-135M-Instruct into a Hugging Face directory.

    python convert.py SmolLM2-135M-Instruct.Q4_1.gguf OUT_DIR

Needs `gguf` and `numpy` only. Writes config.json, generation_config.json, model.safetensors
(bfloat16), tokenizer.json and tokenizer_config.json.

* Weights are dequantised to float32 and rounded to bfloat16, to nearest, ties to even.
* GGUF stores the rows of Llama's q and k projections for interleaved rotary pairs; they are put
  back into the order of two halves that Hugging Face uses.
* The file names its pre-tokenizer `smollm`: every digit on its own, then GPT-2's pattern. That is
  SmolLM2's own tokenizer, written here as Digits(individual) followed by ByteLevel.
"""

import json
import sys
from pathlib import Path

import numpy as np
from gguf import GGUFReader, dequantize

BLOCK_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
TOP_NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
}
CONTROL_TOKEN = 3  # gguf token type


def main(source: str, target: str) -> None:
    reader = GGUFReader(source)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    expect(fields, "general.architecture", "llama")
    expect(fields, "tokenizer.ggml.model", "gpt2")
    expect(fields, "tokenizer.ggml.pre", "smollm")

    directory = Path(target)
    directory.mkdir(parents=True, exist_ok=True)
    config = model_config(fields)
    write_json(directory / "config.json", config)
    write_json(directory / "generation_config.json", generation_config(fields))
    write_json(directory / "tokenizer.json", tokenizer(fields))
    write_json(directory / "tokenizer_config.json", tokenizer_config(fields))
    write_safetensors(directory / "model.safetensors", weights(reader, config))


def expect(fields: dict, key: str, value: str) -> None:
    if fields.get(key) != value:
        raise SystemExit(f"{key}: expected {value!r}, found {fields.get(key)!r}; wrong GGUF file?")


def write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


# Configuration


def shortest(value: float) -> float:
    """The shortest decimal that rounds to the same float32: 1e-05, not 9.999999747378752e-06."""
    return float(str(np.float32(value)))


def model_config(fields: dict) -> dict:
    heads = fields["llama.attention.head_count"]
    hidden = fields["llama.embedding_length"]
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": hidden,
        "intermediate_size": fields["llama.feed_forward_length"],
        "num_hidden_layers": fields["llama.block_count"],
        "num_attention_heads": heads,
        "num_key_value_heads": fields["llama.attention.head_count_kv"],
        "head_dim": hidden // heads,
        "vocab_size": fields["llama.vocab_size"],
        "max_position_embeddings": fields["llama.context_length"],
        "rms_norm_eps": shortest(fields["llama.attention.layer_norm_rms_epsilon"]),
        "rope_theta": shortest(fields["llama.rope.freq_base"]),
        "rope_scaling": None,
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": True,
        **special_ids(fields),
        "torch_dtype": "bfloat16",
    }


def special_ids(fields: dict) -> dict:
    return {
        "bos_token_id": fields["tokenizer.ggml.bos_token_id"],
        "eos_token_id": fields["tokenizer.ggml.eos_token_id"],
        "pad_token_id": fields["tokenizer.ggml.padding_token_id"],
    }


def generation_config(fields: dict) -> dict:
    return {"_from_model_config": True, **special_ids(fields)}


# Tokenizer


def tokenizer(fields: dict) -> dict:
    tokens = fields["tokenizer.ggml.tokens"]
    types = fields["tokenizer.ggml.token_type"]
    added = [
        {
            "id": index,
            "content": token,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for index, (token, kind) in enumerate(zip(tokens, types))
        if kind == CONTROL_TOKEN
    ]
    byte_level = {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": True,
        "use_regex": True,
    }
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "Digits", "individual_digits": True}, byte_level],
        },
        "post_processor": None,
        "decoder": {**byte_level, "add_prefix_space": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: index for index, token in enumerate(tokens)},
            "merges": fields["tokenizer.ggml.merges"],
        },
    }


def tokenizer_config(fields: dict) -> dict:
    tokens = fields["tokenizer.ggml.tokens"]
    return {
        # Not GPT2Tokenizer, from which transformers 5 rebuilds a pre-tokenizer without Digits.
        "tokenizer_class": "PreTrainedTokenizerFast",
        "add_prefix_space": False,
        "bos_token": tokens[fields["tokenizer.ggml.bos_token_id"]],
        "eos_token": tokens[fields["tokenizer.ggml.eos_token_id"]],
        "pad_token": tokens[fields["tokenizer.ggml.padding_token_id"]],
        "unk_token": tokens[fields["tokenizer.ggml.unknown_token_id"]],
        "clean_up_tokenization_spaces": False,
        "model_max_length": fields["llama.context_length"],
        "chat_template": fields["tokenizer.chat_template"],
    }


# Weights


def weights(reader: GGUFReader, config: dict) -> dict:
    heads = {"attn_q": config["num_attention_heads"], "attn_k": config["num_key_value_heads"]}
    result = {}
    for tensor in reader.tensors:
        values = dequantize(tensor.data, tensor.tensor_type)
        kind = tensor.name.split(".")[2] if tensor.name.startswith("blk.") else ""
        if kind in heads:
            values = halves(values, heads[kind])
        result[hugging_face_name(tensor.name)] = bfloat16(values)
    return result


def hugging_face_name(name: str) -> str:
    if name in TOP_NAMES:
        return TOP_NAMES[name]
    _, layer, kind, suffix = name.split(".")
    return f"model.layers.{layer}.{BLOCK_NAMES[kind]}.{suffix}"


def halves(values: np.ndarray, heads: int) -> np.ndarray:
    """Rows of every head from pairs (x0 y0 x1 y1 ...) to halves (x0 x1 ... y0 y1 ...)."""
    rows, columns = values.shape
    pairs = values.reshape(heads, rows // heads // 2, 2, columns)
    return pairs.swapaxes(1, 2).reshape(rows, columns)


def bfloat16(values: np.ndarray) -> np.ndarray:
    """Upper halves of float32, rounded to nearest even (finite values)."""
    bits = np.ascontiguousarray(values, dtype="<f4").view("<u4")
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")


def write_safetensors(path: Path, tensors: dict) -> None:
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, values in sorted(tensors.items()):
        header[name] = {
            "dtype": "BF16",
            "shape": list(values.shape),
            "data_offsets": [offset, offset + values.nbytes],
        }
        offset += values.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for _, values in sorted(tensors.items()):
            file.write(values.tobytes())


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: convert.py FILE.gguf OUT_DIR")
    main(sys.argv[1], sys.argv[2])
