# The course's commands. Each sets up what it needs; `make help` lists them. Without make,
# README.md says which commands these are.

PYTHON ?= python3
BIN := .venv/bin
READER := .venv/reader
TESTS := .venv/tests
# In a container one is often root, and JupyterLab asks to be told that this is meant.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: help lab test notebooks ledger page pages lecture slides handout student bench clean clean-data

help:
	@echo "make lab        open the course in JupyterLab"
	@echo "make test       check the code, every lesson and every claim"
	@echo "make notebooks  run all lessons again, store their outputs, make README's pictures (needs MNIST)"
	@echo "make ledger     judge all claims on five new seeds, and say how to write it down"
	@echo "make page LESSON=08   write that lesson as one HTML file with live sliders"
	@echo "make pages      write all of them to pages/, with an index from statements to cells"
	@echo "make lecture    write the slides of the lecture: lecture.html, one file"
	@echo "make slides LESSON=08   write the slides of that lesson"
	@echo "make handout    print the lecture as lecture.pdf (needs Chromium)"
	@echo "make student    write all lessons without solutions into the folder student"
	@echo "make bench      measure speed, against a convolutional VAE"
	@echo "make clean      remove the environment and caches"
	@echo "make clean-data remove the digits that the course built and the models it trained"

$(READER): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "The course needs Python 3.11 to 3.13: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@$(BIN)/jupyter labextension disable --level=sys_prefix "@jupyterlab/apputils-extension:announcements"
	@touch $@

$(TESTS): $(READER) requirements-test.lock
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements-test.lock
	@touch $@

lab: $(READER)
	$(BIN)/jupyter lab $(AS_ROOT) notebooks/00_start_here.ipynb

page: $(READER)
	$(BIN)/python -m tools.page $(LESSON)

pages: $(READER)
	$(BIN)/python -m tools.pages

lecture: $(TESTS)
	$(BIN)/python -m tools.deck

slides: $(TESTS)
	$(BIN)/python -m tools.deck $(LESSON)

handout: lecture
	$(BIN)/python -m tools.handout

student: $(READER)
	$(BIN)/python -m tools.student $(FOLDER)

test: $(TESTS)
	$(BIN)/python -m tools.test

notebooks: $(TESTS)
	$(BIN)/python -m tools.taught
	$(BIN)/ruff format --quiet notebooks
	$(BIN)/python -m tools.lessons
	$(BIN)/python -m tools.pictures

ledger: $(TESTS)
	$(BIN)/python -m tools.ledger

bench: $(TESTS)
	$(BIN)/python -m tools.bench

clean:
	rm -rf .venv .cache build *.egg-info

# By name: what else lies there, a copy of MNIST for one, is the reader's.
HEX4 := [0-9a-f][0-9a-f][0-9a-f][0-9a-f]
TRAINED := data/trained/$(HEX4)$(HEX4)$(HEX4)$(HEX4)$(HEX4)$(HEX4)
clean-data:
	rm -f data/uci_digits_1.npz data/uci_digits_1.*.part $(TRAINED).npz $(TRAINED).*.part
