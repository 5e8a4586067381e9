#!/bin/sh
# Races the engine against its peers, one after the other in one run; prints a line each.
#
#   PYTHON=/path/to/python Benchmarks/run.sh [MODEL_DIR] [--quick]
#
# The peers need torch, transformers, numpy and scipy (tools/family/requirements.txt). Run it on an
# idle machine; `cpu_s` is processor time of all threads, which a busy one changes less.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
model=${XDG_CACHE_HOME:-$HOME/.cache}/offaxis/SmolLM2-135M-Instruct
quick=
for argument in "$@"; do
  case $argument in --quick) quick=yes ;; *) model=$(CDPATH= cd -- "$argument" && pwd) ;; esac
done
python=$(command -v "${PYTHON:-python3}")
bench=.build/release/bench
cd "$here"
export OPENBLAS_NUM_THREADS=1

swift build -c release 2>&1 | tail -1
echo "machine: $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg)"
questions=200 layers=30 matrices=210
prompts=100
[ -z "$quick" ] || { questions=20 layers=3 matrices=21 prompts=12; }

"$bench" open "$model"
"$bench" forward "$model"
"$bench" score "$model" --size "$questions"
echo "peer $("$python" peers/forward.py "$model" --questions "$questions" --repeats 2)"
"$bench" split "$model" --size "$layers"
for threads in 1 2; do
  echo "peer $("$python" peers/split.py "$model" --layers "$layers" --threads $threads)"
done
"$bench" measures "$model" --size "$matrices"
"$bench" sweep "$model" --size "$prompts"
[ -n "$quick" ] || "$bench" layer7b "$model"
