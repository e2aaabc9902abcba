# `make` or `make help` lists what can be done. Everything runs inside .venv, which is made on first use.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SOURCES := graph recommender ingest api workspace chainscout benchmarks tests

# The first Python on the path that is new enough; `make venv PYTHON=/path/to/python` says otherwise.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: help venv demo test lint format types docs bench lock clean distclean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

venv: $(READY) ## set up .venv with the pinned versions (done on first use of the others)

demo: $(READY) ## build a store from the bundled data and answer 有什么 / 缺什么 / 找谁
	$(BIN)/chainscout demo $(DIR)

# By file, so that a server or browser is started once for all that use it in a file.
test: $(READY) ## the tests; ARGS="-k gaps" narrows them, ARGS="--cov" measures coverage
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

lint: $(READY) ## style, format, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## mend style and format where a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(READY) ## the strict type check alone
	$(BIN)/mypy

docs: $(READY) ## the documentation as pages in site/
	$(BIN)/mkdocs build --strict

bench: $(READY) ## speed and memory beside simpler ways; ARGS="relatedness" picks one
	$(BIN)/python -m benchmarks $(ARGS)

# A scratch environment, so that only what the project asks for is pinned. The project itself and
# lines with addresses stay out: names and versions are enough, from whichever index is at hand.
lock: ## constraints.txt anew: the newest versions that pyproject.toml allows
	@$(need-python)
	rm -rf build/lock
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check install --quiet hatchling
	build/lock/bin/python -m pip --disable-pip-version-check install --quiet --no-build-isolation --editable '.[dev]'
	{ printf '%s\n' '# Every version that an installation gets, made by `make lock`. Python 3.11 to 3.13.'; \
	  build/lock/bin/python -m pip freeze --exclude-editable | grep -v -i -E '://|^chainscout' | LC_ALL=C sort -f; \
	} > build/lock/constraints.txt
	mv build/lock/constraints.txt constraints.txt
	rm -rf build/lock

clean: ## remove what was built, measured and cached; .venv stays
	rm -rf build dist site demo .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache \
		.hypothesis .import_linter_cache
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## clean, and remove .venv as well
	rm -rf $(VENV)

# The encoder that reads news is fetched too; where that fails it says so, and all else goes on.
# hatchling comes first and pinned, and builds the editable install: a build in isolation would
# fetch a version of its own.
$(READY): pyproject.toml constraints.txt ingest/news/encoder/encoder.npz
	@$(need-python)
	@if command -v uv >/dev/null 2>&1; then \
		test -x $(BIN)/python || uv venv --quiet --python "$(PYTHON)" $(VENV); \
		set -ex; \
		VIRTUAL_ENV=$(VENV) uv pip install --quiet --constraint constraints.txt hatchling; \
		VIRTUAL_ENV=$(VENV) uv pip install --quiet --constraint constraints.txt \
			--no-build-isolation --editable '.[dev]'; \
	else \
		$(BIN)/python -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear $(VENV) || { \
			echo "错误：无法建立 $(VENV)（缺 venv 模块？Debian/Ubuntu: apt install python3-venv）。" \
			     "$(PYTHON) could not make $(VENV); on Debian or Ubuntu install python3-venv." >&2; \
			exit 1; }; \
		set -ex; \
		$(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt hatchling; \
		$(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt \
			--no-build-isolation --editable '.[dev]'; \
	fi
	@$(BIN)/chainscout reader fetch || true
	@touch $@

define need-python
if test -z "$(PYTHON)" || ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	found=$$("$(or $(PYTHON),python3)" --version 2>/dev/null || echo "没有可用的 $(or $(PYTHON),python3)"); \
	echo "错误：需要 Python 3.11 或更高版本，现为：$$found。" \
	     "Python 3.11 or newer is needed; name one: make venv PYTHON=/path/to/python3.12" >&2; \
	exit 1; \
fi
endef
