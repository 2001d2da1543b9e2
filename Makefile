# Every chore is one word. Plain POSIX sh; the longer stories are told in .ci/environment and .ci/chromium.

PORT ?= 8501
VENV = .venv
PYTHON = $(VENV)/bin/python

.PHONY: help run test check sample bench clean environment environment-dev

help: ## list the chores
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: environment ## serve the board on http://localhost:8501 (PORT=… for another)
	@echo "The board is on http://localhost:$(PORT) until Ctrl-C."
	@exec $(PYTHON) -m streamlit run app.py --server.port $(PORT) --logger.hideWelcomeMessage true

# Every check runs even when an earlier one fails: one run tells all that is wrong. pytest speaks last.
test: environment-dev ## lint, types and every test; says which were not run, and why
	@STRESS_CHROMIUM="$$(.ci/chromium $(PYTHON))"; export STRESS_CHROMIUM; \
	status=0; \
	$(MAKE) -s check || status=1; \
	$(PYTHON) -m pytest -q -rfEs -n 2 --dist loadgroup || status=1; \
	exit $$status

check: environment-dev ## lint and types only
	@status=0; \
	$(PYTHON) -m ruff check . || status=1; \
	$(PYTHON) -m mypy || status=1; \
	exit $$status

sample: environment ## rebuild the bundled sample history from its facts
	@$(PYTHON) -m data_sources.sample

bench: environment-dev ## measure the store, the readings, the pages and the browser against their limits
	@STRESS_CHROMIUM="$$(.ci/chromium $(PYTHON))"; export STRESS_CHROMIUM; \
	status=0; \
	for what in store readings pages browser refresh render; do $(PYTHON) -m benchmarks.$$what || status=1; done; \
	exit $$status

clean: ## remove the environment and the tools' caches; what the board learned (var/) stays
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@.ci/environment $(VENV) requirements.txt

environment-dev:
	@.ci/environment $(VENV) requirements.txt requirements-dev.txt
