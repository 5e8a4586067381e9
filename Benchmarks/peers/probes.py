"""The peer of the probe study: scikit-learn, nested cross-validation of one property at every layer.

    python Benchmarks/peers/probes.py [--layers 30] [--items 600] [--width 576] [--tol 1e-4]
        [--jobs 1] [--write FILE]

Activations are seeded and synthetic: a decaying spectrum, 150 types of 4 items, a label that a
direction predicts with 10 % noise; --write stores them as float32
[layers, items, width], then the labels as float32. Each of 5 grouped folds is
predicted by a standardised logistic regression whose C comes from 5 values by 5 inner folds.
Prints seconds and the mean accuracy.
"""

import argparse
import json
import os
import time
import warnings

parser = argparse.ArgumentParser()
parser.add_argument("--layers", type=int, default=30)
parser.add_argument("--items", type=int, default=600)
parser.add_argument("--width", type=int, default=576)
parser.add_argument("--tol", type=float, default=1e-4)
parser.add_argument("--jobs", type=int, default=1)
parser.add_argument("--write", help="write the activations and stop")
arguments = parser.parse_args()
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402  (threads are read on import)
from joblib import Parallel, delayed  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

warnings.filterwarnings("ignore")
layers, items, width = arguments.layers, arguments.items, arguments.width
types = np.arange(items) // 4


def synthetic():
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, items)
    spectrum = np.arange(1, width + 1) ** -0.7
    out = np.empty((layers, items, width), np.float32)
    for layer in range(layers):
        rotation = np.linalg.qr(random.standard_normal((width, width)))[0]
        x = random.standard_normal((items, width)) * spectrum @ rotation
        seen = np.where(random.random(items) < 0.1, 1 - labels, labels)
        direction = rotation[width // 20]
        out[layer] = 10 * (x + np.outer(0.5 * (2 * seen - 1), direction))
    return out, labels


def study(x, y):
    right = []
    for train, test in StratifiedGroupKFold(5).split(x, y, types):
        pipeline = make_pipeline(
            StandardScaler(), LogisticRegression(tol=arguments.tol, max_iter=100000))
        search = GridSearchCV(
            pipeline, {"logisticregression__C": [0.001, 0.01, 0.1, 1, 10]},
            scoring="balanced_accuracy", cv=StratifiedGroupKFold(5))
        search.fit(x[train], y[train], groups=types[train])
        right.append(np.mean(search.predict(x[test]) == y[test]))
    return float(np.mean(right))


activations, labels = synthetic()
if arguments.write:
    np.concatenate([activations.ravel(), labels]).astype("<f4").tofile(arguments.write)
    raise SystemExit
start = time.perf_counter()
cpu = time.process_time()
accuracies = Parallel(n_jobs=arguments.jobs)(
    delayed(study)(activations[layer], labels) for layer in range(layers))
print(json.dumps({
    "layers": layers, "items": items, "width": width, "tol": arguments.tol,
    "jobs": arguments.jobs, "seconds": round(time.perf_counter() - start, 2),
    "cpu_seconds": round(time.process_time() - cpu, 2),
    "mean_accuracy": round(float(np.mean(accuracies)), 4)}))
