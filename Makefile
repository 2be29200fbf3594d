# The course's commands. Each sets up what it needs; `make help` lists them.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
# In a container one is often root, and JupyterLab asks to be told that this is meant.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: help lab test notebooks ledger page bench clean

help:
	@echo "make lab        open the course in JupyterLab"
	@echo "make test       check the code, every lesson and every claim"
	@echo "make notebooks  run all lessons again and store their outputs (needs MNIST)"
	@echo "make ledger     run all lessons for five seeds, and write down what was measured"
	@echo "make page LESSON=08   write that lesson as one HTML file with live sliders"
	@echo "make bench      measure speed, against a convolutional VAE"
	@echo "make clean      remove the environment, downloads and trained models"

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' || \
		{ echo "The course needs Python 3.10 to 3.13: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

lab: $(READY)
	$(BIN)/jupyter lab $(AS_ROOT) notebooks/00_start_here.ipynb

test: $(READY)
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	@rm -rf .cache
	$(BIN)/python -m pytest tests
	$(BIN)/python tests/check_lessons.py

notebooks: $(READY)
	$(BIN)/python tests/test_taught_code.py
	$(BIN)/ruff format --quiet notebooks
	@rm -rf .cache
	$(BIN)/python tests/lessons.py

ledger: $(READY)
	$(BIN)/python tests/ledger.py

page: $(READY)
	@test -f notebooks/$(LESSON)_*.ipynb || { echo "Say which lesson: make page LESSON=08"; exit 1; }
	TQDM_DISABLE=1 $(BIN)/python -m vae_utils.page notebooks/$(LESSON)_*.ipynb

bench: $(READY)
	$(BIN)/python tests/benchmarks/bench.py

clean:
	rm -rf .venv .cache build *.egg-info
	find data -mindepth 1 ! -name README.md ! -name ledger.csv -delete
