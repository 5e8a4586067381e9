"""The peer of `forward`: transformers on a real model, float32, two ways of work.

    python Benchmarks/peers/forward.py MODEL_DIR [--threads 2] [--attention sdpa] [--repeats 3]

1. all logits of 16 texts of 128 tokens in one batch: tokens a second;
2. 200 four-choice questions with a context of 100 tokens and choices of 3, as lm-evaluation-harness
   runs them: every choice with its own context, right padding, batches of 16: questions a second.

Tokens are random; the best of the repeats is printed, as JSON.
"""

import argparse
import json
import time

import torch
from transformers import AutoModelForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--attention", default="sdpa", choices=["sdpa", "eager"])
parser.add_argument("--repeats", type=int, default=3)
parser.add_argument("--questions", type=int, default=200)
parser.add_argument(
    "--processor-time", action="store_true", help="seconds of all threads: for a busy machine")
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)


clock = time.process_time if arguments.processor_time else time.perf_counter


def best(run, repeats):
    seconds = []
    for _ in range(repeats):
        start = clock()
        run()
        seconds.append(clock() - start)
    return min(seconds)


@torch.inference_mode()
def main():
    model = AutoModelForCausalLM.from_pretrained(
        arguments.model, dtype=torch.float32, attn_implementation=arguments.attention).eval()
    vocabulary = model.config.vocab_size
    texts = torch.randint(0, vocabulary, (16, 128))
    model(texts)
    forward = best(lambda: model(texts).logits, arguments.repeats)

    contexts = torch.randint(0, vocabulary, (arguments.questions, 1, 100)).expand(-1, 4, -1)
    choices = torch.randint(0, vocabulary, (arguments.questions, 4, 3))
    requests = torch.cat([contexts, choices], 2).flatten(0, 1)

    def score():
        for batch in requests.split(16):
            logits = torch.log_softmax(model(batch[:, :-1]).logits, -1)[:, -3:]
            torch.gather(logits, 2, batch[:, -3:, None]).sum((1, 2))

    scoring = best(score, 1)
    print(json.dumps({
        "torch": torch.__version__, "threads": arguments.threads, "attention": arguments.attention,
        "forward_seconds": forward, "forward_tokens_per_second": texts.numel() / forward,
        "scoring_seconds": scoring, "questions_per_second": arguments.questions / scoring}))


main()
