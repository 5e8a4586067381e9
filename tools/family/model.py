"""The family's architecture (a four-layer Llama) and its checkpoints on disk."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizer import BOS, EOS, VOCABULARY
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.utils import logging

logging.disable_progress_bar()

TOKENIZER_FILES = ["tokenizer.model", "tokenizer_config.json", "special_tokens_map.json"]


@dataclass(frozen=True)
class Size:
    hidden: int = 128
    layers: int = 4
    heads: int = 4
    key_value_heads: int = 2
    intermediate: int = 384


def configuration(size: Size) -> dict:
    """config.json, in the wording that every reader of Llama checkpoints understands."""
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": BOS,
        "eos_token_id": EOS,
        "pad_token_id": None,
        "initializer_range": 0.04,
        "use_cache": True,
        "torch_dtype": "bfloat16",
        "pretraining_tp": 1,
        "rope_scaling": None,
        "vocab_size": VOCABULARY,
        "hidden_size": size.hidden,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.heads,
        "num_key_value_heads": size.key_value_heads,
        "intermediate_size": size.intermediate,
        "head_dim": size.hidden // size.heads,
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
        "max_position_embeddings": 256,
        "tie_word_embeddings": True,
    }


def new_model(size: Size, seed: int) -> LlamaForCausalLM:
    """N(0, 0.04) weights; what writes the residual stream is divided by sqrt(2 layers)."""
    torch.manual_seed(seed)
    model = LlamaForCausalLM(LlamaConfig(**configuration(size))).float()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() == 2:
                weight.normal_(0, 0.04)
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                weight.div_((2 * size.layers) ** 0.5)
    return model


def load_model(directory: Path, attention: str = "sdpa") -> LlamaForCausalLM:
    """A checkpoint in float32; `attention="eager"` where logits are compared."""
    return LlamaForCausalLM.from_pretrained(
        directory, dtype=torch.float32, attn_implementation=attention)


def load_adapted(base: Path, adapter: Path, attention: str = "sdpa"):
    """The base with a PEFT adapter, merged in float32."""
    from peft import PeftModel

    return PeftModel.from_pretrained(load_model(base, attention), adapter).merge_and_unload()


def load_any(directory: Path, base: Path, attention: str = "sdpa"):
    if (directory / "adapter_config.json").exists():
        return load_adapted(base, directory, attention)
    return load_model(directory, attention)


def save_model(model, directory: Path, tokenizer: Path, dtype=torch.bfloat16) -> None:
    """A complete Hugging Face directory; tied weights are written once."""
    directory.mkdir(parents=True, exist_ok=True)
    weights = {
        name: tensor.detach().to(dtype).contiguous().clone()
        for name, tensor in model.state_dict().items() if name != "lm_head.weight"
    }
    save_file(weights, directory / "model.safetensors", metadata={"format": "pt"})
    config = model.config
    written = configuration(Size(
        config.hidden_size, config.num_hidden_layers, config.num_attention_heads,
        config.num_key_value_heads, config.intermediate_size))
    written["torch_dtype"] = str(dtype).removeprefix("torch.")
    generation = {
        "bos_token_id": BOS, "eos_token_id": EOS, "do_sample": True, "temperature": 1.0,
        "max_new_tokens": 48,
    }
    for name, value in {"config": written, "generation_config": generation}.items():
        (directory / f"{name}.json").write_text(json.dumps(value, indent=2) + "\n")
    for name in TOKENIZER_FILES:
        if tokenizer != directory:
            shutil.copyfile(tokenizer / name, directory / name)


def save_adapter(model, directory: Path, rank: int, alpha: int, modules: list[str]) -> None:
    """A PEFT adapter directory in bf16; the base is named by its place in the family."""
    from peft import get_peft_model_state_dict

    directory.mkdir(parents=True, exist_ok=True)
    weights = {
        name: tensor.detach().to(torch.bfloat16).contiguous()
        for name, tensor in get_peft_model_state_dict(model).items()
    }
    save_file(weights, directory / "adapter_model.safetensors", metadata={"format": "pt"})
    config = {
        "peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": "../../base",
        "r": rank, "lora_alpha": alpha, "lora_dropout": 0.0, "bias": "none",
        "fan_in_fan_out": False, "inference_mode": True, "target_modules": modules,
        "modules_to_save": None, "use_rslora": False, "use_dora": False,
        "init_lora_weights": True,
    }
    (directory / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
