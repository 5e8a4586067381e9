#!/bin/sh
# Races the engine against its peers, one after the other in one run; prints a line each, after the
# processor and the load at that time.
#
#   PYTHON=/path/to/python [THREADS=2] Benchmarks/run.sh [MODEL_DIR] [--quick]
#
# The peers need the packages of tools/family/requirements.txt, scipy and scikit-learn. Run it on an
# idle machine. On a busy one take THREADS=1 and `cpu_s`, processor time of all threads: PyTorch's
# threads spin while they wait for each other.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
model=${XDG_CACHE_HOME:-$HOME/.cache}/offaxis/SmolLM2-135M-Instruct
quick=
for argument in "$@"; do
  case $argument in --quick) quick=yes ;; *) model=$(CDPATH= cd -- "$argument" && pwd) ;; esac
done
python=$(command -v "${PYTHON:-python3}")
cd "$here"
export OPENBLAS_NUM_THREADS=1
threads=${THREADS:-2}
processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

where() {
  printf '%s × %s, load %s | ' "$(nproc)" "$processor" "$(cut -d' ' -f1 /proc/loadavg)"
}
ours() {
  where
  .build/release/bench "$@" --threads "$threads"
}
peer() {
  where
  printf 'peer %s ' "$1"
  script=peers/$1.py
  shift
  "$python" "$script" "$@" 2>"$scratch/errors" || { cat "$scratch/errors" >&2 && exit 1; }
}

swift build -c release 2>&1 | tail -1
questions=60 layers=30 matrices=210 prompts=100 fewshot=32 every=5 repeats=3
[ -z "$quick" ] ||
  { questions=10 layers=2 matrices=7 prompts=8 fewshot=2 every=15 repeats=1; }
"$python" peers/measures.py "$model" --make "$scratch/tuned" --scale 0.02
"$python" peers/probes.py --layers "$layers" --write "$scratch/activations"

ours open "$model"
ours forward "$model" --size "$repeats"
ours score "$model" --size "$questions"
peer forward "$model" --threads "$threads" --questions "$questions" --repeats "$repeats"
ours split "$model" --size "$layers"
peer split "$model" --layers "$layers"
ours measures "$model" --tuned "$scratch/tuned" --size "$matrices"
peer measures "$model" "$scratch/tuned" --limit "$matrices"
ours probes "$scratch/activations"
peer probes --layers "$layers"
[ -n "$quick" ] || ours layer7b "$model"

sweep() {
  ours sweep "$model" --tuned "$scratch/tuned" --prompts ../prompts/english \
    --out "$scratch/scores.json" "$@"
  for option in '' --once; do
    peer sweep "$model" "$scratch/tuned" "$scratch/scores.json" --threads "$threads" \
      --every "$every" $option
  done
}
sweep --size "$prompts"
sweep --size "$fewshot" --shots 4
