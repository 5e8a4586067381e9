"""The peer of `splitting`: numpy, the full SVD of every projection, and the blocks of its update.

    python Benchmarks/peers/split.py MODEL_DIR [--threads 1] [--layers N]

The update is seeded noise of 1 % of the base. Prints seconds for decomposition and for blocks;
`cpu_s` is processor time, which a busy machine changes less. One BLAS thread is numpy's best here:
more of them spin.
"""

import argparse
import json
import os
import re
import time

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--layers", type=int, default=None, help="only the first N layers")
arguments = parser.parse_args()
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(arguments.threads)

import numpy as np  # noqa: E402  (threads are read on import)
import torch  # noqa: E402
from safetensors import safe_open  # noqa: E402

projection = re.compile(r"layers\.(\d+)\..*(q|k|v|o|gate|up|down)_proj\.weight$")
random = np.random.default_rng(0)
svd_seconds = block_seconds = cpu_seconds = 0.0
shares, count = np.zeros(4), 0
with safe_open(os.path.join(arguments.model, "model.safetensors"), "pt") as file:
    for name in sorted(file.keys()):
        match = projection.search(name)
        if not match or (arguments.layers is not None and int(match[1]) >= arguments.layers):
            continue
        w0 = file.get_tensor(name).to(torch.float32).numpy()
        delta = (0.01 * w0.std() * random.standard_normal(w0.shape)).astype(np.float32)
        k = max(1, int(0.1 * min(w0.shape) + 0.5))
        cpu_start, start = time.process_time(), time.perf_counter()
        u, _, vt = np.linalg.svd(w0, full_matrices=False)
        middle = time.perf_counter()
        u, vt = u[:, :k], vt[:k]
        left, right = u.T @ delta, delta @ vt.T
        core = left @ vt.T
        pp = u @ core @ vt
        po, op = u @ left - pp, right @ vt - pp
        oo = delta - pp - po - op
        energy = np.array([np.sum(x.astype(np.float64) ** 2) for x in (pp, po, op, oo)])
        end = time.perf_counter()
        cpu_seconds += time.process_time() - cpu_start
        svd_seconds += middle - start
        block_seconds += end - middle
        shares += energy / energy.sum()
        count += 1
print(json.dumps({
    "matrices": count, "threads": arguments.threads, "svd_s": round(svd_seconds, 2),
    "blocks_s": round(block_seconds, 2), "total_s": round(svd_seconds + block_seconds, 2),
    "cpu_s": round(cpu_seconds, 2),
    "mean_shares": [round(float(x), 5) for x in shares / count]}))
