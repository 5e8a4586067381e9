"""Measures a checkpoint's update with numpy and scipy, matrix by matrix, and says how long it took.

The measures are those of `offaxis decompose` without nulls, from full SVDs in float64
(tools/fixtures/measures.py). Reads bfloat16 and float32 safetensors without torch.

    python Benchmarks/peers/measures.py BASE_DIR TUNED_DIR [--out FILE.json] [--limit N]
    python Benchmarks/peers/measures.py BASE_DIR --make TUNED_DIR [--scale 0.002]

The second form makes a tuned model to measure: the base plus seeded noise of this relative size.
Prints seconds as JSON; one thread of BLAS.
"""

import argparse
import json
import os
import resource
import shutil
import sys
import time
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402  (threads are read on import)

sys.path.insert(0, str(Path(__file__).parents[2] / "tools/fixtures"))
from measures import bf16, measures  # noqa: E402


def read_header(path):
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        return json.loads(file.read(size)), 8 + size


def matrices(directory):
    """Yields (name, matrix in float32) of every projection of every safetensors file."""
    for path in sorted(Path(directory).glob("*.safetensors")):
        header, start = read_header(path)
        data = np.memmap(path, mode="r")
        for name, info in sorted(header.items()):
            if not name.endswith("_proj.weight"):
                continue
            low, high = (start + offset for offset in info["data_offsets"])
            raw = data[low:high]
            if info["dtype"] == "BF16":
                wide = raw.view(np.uint16).astype(np.uint32) << 16
                yield name, wide.view(np.float32).reshape(info["shape"])
            elif info["dtype"] == "F32":
                yield name, np.array(raw.view(np.float32).reshape(info["shape"]))
            else:
                raise SystemExit(f"{name}: dtype {info['dtype']} is not read here")


def make_tuned(base, tuned, scale):
    """Writes the base plus Gaussian noise of this relative size, rounded to bfloat16."""
    rng = np.random.default_rng(0)
    Path(tuned).mkdir(parents=True, exist_ok=True)
    for path in Path(base).glob("*.json"):
        shutil.copy(path, tuned)
    for path in sorted(Path(base).glob("*.safetensors")):
        header, start = read_header(path)
        data = bytearray(path.read_bytes())
        for name, info in sorted(header.items()):
            if name == "__metadata__" or len(info["shape"]) != 2:
                continue
            low, high = (start + offset for offset in info["data_offsets"])
            codes = np.frombuffer(data[low:high], np.uint16).astype(np.uint32) << 16
            w = codes.view(np.float32)
            w = bf16(w + scale * w.std() * rng.standard_normal(w.size).astype(np.float32))
            data[low:high] = (w.view(np.uint32) >> 16).astype(np.uint16).tobytes()
        (Path(tuned) / path.name).write_bytes(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("base")
    parser.add_argument("tuned", nargs="?")
    parser.add_argument("--make")
    parser.add_argument("--scale", type=float, default=2e-3)
    parser.add_argument("--out")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    if options.make:
        return make_tuned(options.base, options.make, options.scale)
    rows = []
    begin, used = time.perf_counter(), time.process_time()
    for (name, w0), (other, w1) in zip(matrices(options.base), matrices(options.tuned)):
        assert name == other
        full = min(w0.shape)
        k = max(1, round(full / 10))
        curve = sorted({max(1, round(full * f)) for f in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)}
                       | {max(1, (k + 1) // 2), k, 2 * k})
        rows.append({"name": name, **measures(w0, w1 - w0, mask_rank=64, curve_ranks=curve)})
        if options.limit and len(rows) == options.limit:
            break
    print(json.dumps({
        "matrices": len(rows), "wall_s": round(time.perf_counter() - begin, 2),
        "cpu_s": round(time.process_time() - used, 2),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
    if options.out:
        Path(options.out).write_text(json.dumps(rows))


if __name__ == "__main__":
    main()
