# Two commands on a fresh machine: `make plan` and `make test`.
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
MONTH ?= 2026-12
PROVINCE ?= data/son-la

.PHONY: plan test lint lock setup data clean

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

setup: $(VENV)/.installed

plan: setup
	$(BIN)/luanchuyen plan $(PROVINCE) --month $(MONTH) --force

test: setup
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock:
	rm -rf $(VENV)/lock
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet --editable '.[dev]'
	$(VENV)/lock/bin/python -m pip freeze --exclude-editable | LC_ALL=C sort -f > constraints.txt
	rm -rf $(VENV)/lock

# Sơn La's folder; then the cells of all communes, some minutes.
data: setup
	$(BIN)/python -m tools.build_son_la
	$(BIN)/python -m tools.build_communes

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
