# Two commands do everything on a fresh machine with Python 3.11: `make demo` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test quick lint docs bench eval eval-pictures clean
help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "make: $(PYTHON) not found; say which one to use: make $(MAKECMDGOALS) PYTHON=python3" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

demo: $(STAMP) ## the main job on the bundled sample; ends with the path of the report
	$(BIN)/certmark demo

test: $(STAMP) lint ## everything: format, types, walls, unit, story
	$(BIN)/python -m pytest

quick: $(STAMP) ## the tests that take seconds
	$(BIN)/python -m pytest -m "not slow" -x

lint: $(STAMP) ## formatting, types, YAML, walls
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/yamllint -s -c .yamllint.yaml rules compliance crawler reports
	@walls=$$($(BIN)/lint-imports --no-cache 2>&1) || { echo "$$walls"; exit 1; }
	$(BIN)/mypy

eval: $(STAMP) ## how well pages are read; LABELS=labelled.jsonl PAGES=pages.jsonl, else the project's own and ../shared/pages
	@$(BIN)/python benchmarks/eval.py $(LABELS) $(if $(PAGES),--pages $(PAGES)) $(if $(BASELINE),--baseline $(BASELINE))

eval-pictures: $(STAMP) ## how well pictures are read (needs the extra `pictures`); FOLDER=labelled pictures, MOST=pictures a part, ONLY=parts
	@$(BIN)/python -m benchmarks.pictures.evaluate $(if $(FOLDER),--folder $(FOLDER)) $(if $(MOST),--most $(MOST)) $(if $(ONLY),--only $(ONLY))

clean: ## what can be made again
	rm -rf $(VENV) build dist certmark-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
