# Every habit has one word. `make help` lists them.
.DEFAULT_GOAL := help
PY := .venv/bin/python
# What one process has compiled the next need not: of a run of the tests that is a tenth.
unexport PYTHONDONTWRITEBYTECODE
LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header $(if $(UPGRADE),--upgrade)
WHEELS := [^/"]+-(any|[^-"]*manylinux[^-"]*(x86_64|aarch64)[^-"]*)[.]whl
HOSTS := pypi[.]org|pythonhosted[.]org|registry[.]npmjs|registry[.]yarnpkg|npmmirror[.]com|jfrog[.]io

.PHONY: help run test quick lint bench chaos fuzz attack mutate mutate-walls year psql schema datamodel surface sbom setup format lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

run: ## set up what is missing and run everything on http://127.0.0.1:8000 (PORT, VAR); Ctrl-C stops it
	@config/setup.sh run && exec $(PY) -m config.run

test: ## set up what is missing and run the whole test suite (ARGS="-k statements" for a part)
	@config/setup.sh test && exec $(PY) -m pytest -n $${TEST_PROCESSES:-4} --dist loadfile --no-loadscope-reorder $(ARGS)

quick: ## rules, the catalogue of the walls and lint: under a minute
	@config/setup.sh test && exec $(PY) -m pytest -q -n 2 $$(git ls-files 'tests/*/test_rules.py') tests/walls/test_ownership.py
	@$(MAKE) --no-print-directory lint

lint: ## formatting, lint, types, import order, no package registry named
	@config/setup.sh lint
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	@! git grep -nIiE --untracked '$(HOSTS)' || { echo 'the address of a package registry has no place in a file'; exit 1; }

bench: ## measure side by side: a table, and var/bench.json
	@config/setup.sh test && exec $(PY) -m tests.bench

chaos: ## 1,000 statements exactly once while everything is killed, emptied, hung or full (COUNT, MINUTES, SEED, PORT); with a summary
	@config/setup.sh test && exec $(PY) -m tests.chaos

fuzz: ## every call of the API with requests that are made up, 50 of each, held against its description (EXAMPLES, SEED)
	@config/setup.sh test && exec env EXAMPLES=$${EXAMPLES:-50} $(PY) -m pytest -n 2 -o timeout=3600 tests/api/test_fuzz.py

attack: ## months as chance has them, and the demonstration over HTTP: is a small count certain to who reads everything? (WORLDS, 1,000)
	@config/setup.sh test && exec env WORLDS=$${WORLDS:-1000} DEMONSTRATION=1 $(PY) -m pytest -q -n 2 --dist load -o timeout=3600 tests/attack

mutate: ## change the code, one condition, number or filter at a time, all of the rules and a sample of the rest: do the tests notice? (COUNT, SEED, MINUTES, ONLY)
	@config/setup.sh test && exec $(PY) -m tests.mutants.code

mutate-walls: ## take the walls apart, a policy, trigger, grant or permit at a time: do the tests notice? (COUNT, 0 for all; SEED, MINUTES, KIND, BEHAVIOUR=no)
	@config/setup.sh test && exec $(PY) -m tests.mutants

year: ## load a national year of test data into an empty database in use (98 municipalities, 1,200 groups, 250,000 sessions)
	@config/setup.sh test && exec $(PY) -m tests.support.year

psql: ## an SQL shell on the database in use, as the service's role (ROLE=owner: as the owner)
	@config/setup.sh run && exec $(PY) -m config.psql

schema: ## write down in migrations/schema what each migration does to the schema: after a new one
	@config/setup.sh test && exec $(PY) -m tests.migrations.declare

datamodel: ## draw docs/datamodel.md from the models: after a change of them
	@config/setup.sh test && exec $(PY) -m tests.docs.datamodel

surface: ## write down in docs/surface.txt what the service offers: after a change of what a feature has
	@config/setup.sh test && $(PY) -m flask --app wsgi surface >docs/surface.new && mv docs/surface.new docs/surface.txt

sbom: ## what is locked, as a CycloneDX bill of materials on the standard output
	@exec python3 -m config.sbom

setup: ## only set up what `run` needs
	@config/setup.sh run

format: ## lay out the code as `lint` wants it
	@config/setup.sh lint
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

lock: ## pin the Python packages anew after a change of config/*.in (needs uv; UPGRADE=1: to their newest versions)
	$(LOCK) config/requirements-dev.in -o config/requirements-dev.txt
	$(LOCK) config/requirements.in -c config/requirements-dev.txt -o config/requirements.txt
	$(LOCK) config/requirements-saml.in -c config/requirements-dev.txt -o config/requirements-saml.txt
	$(LOCK) config/requirements-node.in -o config/requirements-node.txt
	$(LOCK) --no-deps config/requirements-verapdf.in -o config/requirements-verapdf.txt
	uv pip compile -q --universal --python-version 3.11 --no-deps --format pylock.toml config/requirements*.txt | grep -oE '$(WHEELS)' | LC_ALL=C sort -u >config/wheels.txt
