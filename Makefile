# `make` lists what there is. Every target sets up what it needs; nothing outside this folder is used.

PY := .venv/bin/python
ARGS ?=
SPREAD := --numprocesses logical --dist loadfile --no-loadscope-reorder
# A wait that runs out on a busy machine says nothing about the story; whatever else fails, fails at once.
PATIENT := --reruns 1 --only-rerun "[Tt]ime(d )?out"

# Tests start hundreds of processes of Python: what one has compiled, the next need not compile again.
check test: export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run data check test compat lint bench pictures fonts clean environment environment-dev

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: environment ## open the story in a browser (PORT=8502; ARGS are Streamlit's options)
	@{ [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; } && headless=false || headless=true; \
	export ALLOW_REFRESH=$${ALLOW_REFRESH-1}; \
	exec $(PY) -m streamlit run app.py --server.showEmailPrompt false --server.headless $$headless \
		--browser.serverAddress localhost $(if $(PORT),--server.port $(PORT)) $(ARGS)

data: environment ## load the 911 calls, crimes and arrests from the city's live layers (ARGS="--quiet")
	@failed=0; for records in calls crime arrests; do $(PY) -m lib refresh $$records $(ARGS) || failed=2; done; exit $$failed

check: environment-dev ## run the quick tests, for every save: no browser, nginx or whole build (ARGS="-k word")
	@$(PY) -m pytest $(SPREAD) -m "not browser and not slow" --ignore tests/deploy --ignore tests/hostile $(ARGS)

test: environment-dev ## run every test, in a real Chromium too (ARGS="-k word" are pytest's)
	@scripts/chromium.sh
	@scripts/nginx.sh
	@$(PY) -m pytest $(SPREAD) $(PATIENT) --durations 25 $(ARGS)

compat: environment-dev ## test what we rely on in Streamlit on the version before ours and on the newest
	@scripts/chromium.sh
	@scripts/compat.sh $(ARGS)

lint: environment-dev ## check code, types, scripts, style sheets and words, and which room imports which
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m scripts.static_files
	$(PY) -m scripts.style
	$(PY) -c 'from importlinter.cli import lint_imports_command as check; check()'

bench: environment-dev ## measure the app beside a floor page: one JSON line a figure (ARGS="--json FILE")
	@$(PY) -m bench $(ARGS)

pictures: environment-dev ## make the pictures of README and docs/ anew
	@$(PY) -m scripts.pictures

fonts: environment-dev ## cut the fonts of Streamlit's front end to what pages show (after an update of Streamlit)
	@$(PY) -m scripts.fonts

clean: ## remove the environment and everything the tools left behind
	rm -rf .venv .venv-compat .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache bench/results test-results tests/koop/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@scripts/environment.sh requirements.txt

environment-dev:
	@scripts/environment.sh requirements-dev.txt
