#!/bin/sh
# Races the engine against its peers, one after the other in one run; prints a line each.
#
#   PYTHON=/path/to/python Benchmarks/run.sh [MODEL_DIR] [--quick]
#
# The peers need torch, transformers, numpy and scipy (tools/family/requirements.txt). Run it on an
# idle machine; `cpu_s` is processor time of all threads, which a busy one changes less.
set -eu
cd "$(dirname "$0")"
model=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/offaxis/SmolLM2-135M-Instruct}
python=${PYTHON:-python3}
bench=.build/release/bench
quick=${2:-}
export OPENBLAS_NUM_THREADS=1

swift build -c release 2>&1 | tail -1
echo "machine: $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg)"
questions=200 layers=30 matrices=210
[ "$quick" = --quick ] && questions=20 layers=3 matrices=21

"$bench" open "$model"
"$bench" forward "$model"
"$bench" score "$model" --size "$questions"
echo "peer $("$python" peers/forward.py "$model" --questions "$questions" --repeats 2)"
"$bench" split "$model" --size "$layers"
echo "peer $("$python" peers/split.py "$model" --layers "$layers")"
"$bench" measures "$model" --size "$matrices"
"$bench" sweep "$model"
[ "$quick" = --quick ] || "$bench" layer7b "$model"
