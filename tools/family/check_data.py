"""Validates prompt and probe files: `python check_data.py [FILE or FOLDER ...]`.

Checks fields and types of every line, unique ids over all files, patterns against references,
spans against texts, and types that repeat. `--held-out` also regenerates the family's whole
training stream and looks for the family's held-out items in it.
"""

import argparse
import json
import re
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
COMMON = {"id": str, "ability": str, "kind": str}
KINDS = {
    "choice": ({"prompt": str, "choices": list, "answer": int}, {}),
    "completion": ({"prompt": str, "answer": str}, {}),
    "generate": (
        {"prompt": str, "answer": str, "stop": list, "max_tokens": int, "extract": str},
        {"samples": int, "temperature": float, "reference": str},
    ),
    "minimal-pair": ({"good": str, "bad": str}, {}),
    "text": ({"text": str}, {}),
}
PROBE = {"id": str, "text": str, "label": (str, int, float), "position": (str, list), "type": str}
LEAST_PROBES, LEAST_PER_TYPE = 500, 2.0


def fields(item: dict, needed: dict, optional: dict):
    """Complaints about missing, unknown and ill-typed fields."""
    for name in needed.keys() - item.keys():
        yield f"lacks `{name}`"
    for name, value in item.items():
        kind = needed.get(name) or optional.get(name)
        if kind is None:
            yield f"has an unknown field `{name}`"
        elif isinstance(value, bool) or not isinstance(value, kind):
            yield f"`{name}` is {value!r}, not of type {kind}"


def prompt_complaints(item: dict):
    if item.get("kind") not in KINDS:
        yield f"has kind {item.get('kind')!r}, not one of {', '.join(KINDS)}"
        return
    needed, optional = KINDS[item["kind"]]
    found = list(fields(item, COMMON | needed, {"group": str} | optional))
    yield from found
    if found:
        return
    for name in ("prompt", "text", "good", "bad"):
        if name in item and not item[name].strip():
            yield f"`{name}` is blank"
    match item["kind"]:
        case "choice":
            choices = item["choices"]
            if len(choices) < 2 or len(set(choices)) < len(choices):
                yield "`choices` are fewer than two or repeat"
            if not all(isinstance(choice, str) and choice for choice in choices):
                yield "`choices` are not all texts"
            if not 0 <= item["answer"] < len(choices):
                yield f"`answer` {item['answer']} is outside the choices"
        case "minimal-pair":
            if item["good"] == item["bad"]:
                yield "`good` and `bad` are the same"
        case "generate":
            yield from generate_complaints(item)


def generate_complaints(item: dict):
    if item["max_tokens"] < 1 or item.get("samples", 1) < 1 or item.get("temperature", 1) <= 0:
        yield "`max_tokens`, `samples` and `temperature` must be positive"
    if not all(isinstance(stop, str) and stop for stop in item["stop"]):
        yield "`stop` is not a list of texts"
    pattern = re.compile(item["extract"])
    if pattern.groups != 1:
        yield f"`extract` has {pattern.groups} groups instead of one"
    elif "reference" in item:
        found = pattern.search(item["reference"])
        if not found or found[1] != item["answer"]:
            yield f"`extract` finds {found and found[1]!r} in the reference, not the answer"
        if any(stop in item["reference"].rstrip("\n") for stop in item["stop"]):
            yield "a stop text occurs in the reference"


def probe_complaints(item: dict):
    found = list(fields(item, PROBE, {}))
    yield from found
    if found:
        return
    position = item["position"]
    if isinstance(position, str):
        if position != "last":
            yield f"`position` is {position!r}, not \"last\" or a span"
    elif not (len(position) == 2 and all(type(p) is int for p in position)
              and 0 <= position[0] < position[1] <= len(item["text"])):
        yield f"span {position} is outside the text of {len(item['text'])} code points"


def file_complaints(items: list[dict], probes: bool):
    """Complaints about a file as a whole."""
    if not items:
        yield "is empty"
    elif not probes:
        if len({item.get("ability") for item in items}) > 1:
            yield "holds more than one ability"
    else:
        labels = [item.get("label") for item in items]
        if len({isinstance(label, str) for label in labels}) > 1:
            yield "mixes class names and numbers as labels"
        if len(set(labels)) < 2:
            yield "has a single label"
        if len(items) < LEAST_PROBES:
            yield f"has {len(items)} items, fewer than {LEAST_PROBES}"
        if len(items) / len({item.get("type") for item in items}) < LEAST_PER_TYPE:
            yield "has types that hardly repeat, so a control task means nothing"
        texts = Counter(json.dumps([item.get("text"), item.get("position")]) for item in items)
        if texts.most_common(1)[0][1] > 1:
            yield "repeats a text at the same position"


def read_lines(path: Path, complain) -> list[dict]:
    items = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            item = json.loads(line)
        except json.JSONDecodeError as error:
            complain(path, number, f"is not JSON: {error}")
            continue
        items.append(item) if isinstance(item, dict) else complain(path, number, "is no object")
    return items


def signature(text: str) -> str:
    """What makes a training document an occurrence of an item, whatever the wording around it."""
    if chain := re.match(r"Q: \w+ has (\d+) \w+, (.*?)\. How many", text):
        from lexicon import PLUS

        steps = (clause.split() for clause in chain[2].split(", "))
        return f"chain {chain[1]}" + "".join(
            ("+" if verb in PLUS else "-") + operand for verb, operand in steps)
    if pair := re.match(r"Q: Which is larger, (\d+) or (\d+)\?", text):
        return "pair {} {}".format(*sorted(map(int, pair.groups())))
    if text.startswith("Say: "):
        return "sequence " + text.removeprefix("Say: ").split(" ; ")[0]
    return text


def agreement_frame(good: str, bad: str) -> str:
    """The words before the verb in which the two sentences differ, without a relative's verb."""
    words = [a for a, b in zip(good.split(), bad.split()) if a == b]
    return " ".join(words[:-1] if words[-2] != "the" else words)


def held_out_complaints(documents: int, seed: int):
    """Held-out prompts and probes of the family that occur in its training stream."""
    from abilities import training_stream
    from lexicon import INTRANSITIVE, TRANSITIVE

    seen, verbs = set(), {v + s for v in INTRANSITIVE + TRANSITIVE for s in ("", "s")}
    for text in islice(training_stream(seed), documents):
        seen.add(signature(text))
        words = text.rstrip(".").split()
        seen.update(" ".join(words[:end]) for end, word in enumerate(words) if word in verbs)
    for folder in ("prompts", "probes"):
        for path in sorted((REPOSITORY / folder / "family").glob("*.jsonl")):
            if path.stem in ("recall", "fact-type"):
                continue
            for item in map(json.loads, path.read_text().splitlines()):
                if item.get("kind") == "minimal-pair":
                    mark = agreement_frame(item["good"], item["bad"])
                elif path.stem == "subject-number":
                    mark = agreement_frame(item["text"], item["text"])
                else:
                    mark = signature(item.get("prompt") or item["text"])
                if mark in seen:
                    yield path, item["id"], "occurs in the training stream"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path,
                        default=[REPOSITORY / "prompts", REPOSITORY / "probes"])
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--documents", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()

    complaints, ids, count = [], {}, 0

    def complain(path, place, text):
        complaints.append(f"{path}:{place}: {text}")

    files = [
        file for path in arguments.paths
        for file in (sorted(path.rglob("*.jsonl")) if path.is_dir() else [path])]
    for path in files:
        items = read_lines(path, complain)
        probes = "probes" in path.parts or "label" in (items or [{}])[0]
        for number, item in enumerate(items, 1):
            for text in probe_complaints(item) if probes else prompt_complaints(item):
                complain(path, number, text)
            if (identity := item.get("id")) in ids:
                complain(path, number, f"id {identity!r} is also in {ids[identity]}")
            ids[identity] = path
            count += 1
        for text in file_complaints(items, probes):
            complain(path, "file", text)
    if arguments.held_out:
        for complaint in held_out_complaints(arguments.documents, arguments.seed):
            complain(*complaint)
    print("\n".join(complaints + [f"{count} items in {len(files)} files, "
                                  f"{len(complaints)} complaints"]))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
