# Every command of the project. `make help` lists them.
PYTHON ?= python3.11
LOCAL ?= .local
LANES ?= 2
VENV := .venv
BIN := $(VENV)/bin
KAFKA_LIBS := $(LOCAL)/kafka/libs
ASSETS := shared/web/static/vendor

.PHONY: bench-registration bench-accreditation fuzz help install run demo test test-unit containers bench-names bench-screening bench-day bench-log bench-rebuild bench-backup faults check format lock contracts reference clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*## "} {printf "  make %-12s %s\n", $$1, $$2}'

install: $(VENV)/.installed $(KAFKA_LIBS)/.installed $(ASSETS)/.installed $(LOCAL)/kafka/classes.jsa ## install everything into this folder
	@$(BIN)/python -m compileall -q services shared deploy

$(VENV)/.installed: requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is missing: apt-get install python3.11 python3.11-venv" >&2; exit 1; }
	@$(PYTHON) deploy/needs.py
	@echo "installing the Python environment…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

$(KAFKA_LIBS)/.installed: deploy/local/pom.xml
	@echo "installing Kafka…"
	@mkdir -p $(KAFKA_LIBS)
	@mvn --quiet --batch-mode -f deploy/local/pom.xml dependency:copy-dependencies -DoutputDirectory=$(abspath $(KAFKA_LIBS))
	@touch $@

# What a start would otherwise do every time: Java's classes checked, our modules compiled.
$(LOCAL)/kafka/classes.jsa: $(VENV)/.installed $(KAFKA_LIBS)/.installed
	@$(BIN)/python -m deploy.local.class_archive $(KAFKA_LIBS)

$(ASSETS)/.installed: shared/web/package-lock.json shared/web/build.mjs
	@echo "installing the pages' assets…"
	@cd shared/web && npm ci --silent --no-audit --no-fund && npm run --silent build
	@touch $@

run: install ## start everything, run the main job, stay up until Ctrl-C
	@exec $(BIN)/python -m services run --local $(LOCAL)

demo: install ## the main job on a fresh installation, every promise checked; exits 0 or 1
	@exec $(BIN)/python -m services demo --local $(LOCAL)

test: install ## every test, on real Kafka and MongoDB, in two lanes; LANES=1 where nothing else may weigh on a figure
	@$(BIN)/python -m pytest $(if $(filter-out 1,$(LANES)),--numprocesses $(LANES) --no-loadscope-reorder)

faults: install ## every promise about delivery under faults, some minutes; FAULTS=full for the full numbers
	@FAULTS=$(FAULTS) $(BIN)/python -m tests.faults

bench-log: install ## the relay against a raw producer of the same rows, at 1, 10 and 100 times the work
	@$(BIN)/python -m tests.benchmarks.relay

bench-rebuild: install ## a read model built again from the log against a raw loop; EVENTS=1000000 for the promise's number
	@EVENTS=$(EVENTS) $(BIN)/python -m tests.benchmarks.rebuild

bench-backup: install ## what a backup and its restore keep in memory, at 1, 10 and 100 times the documents
	@DOCUMENTS=$(DOCUMENTS) $(BIN)/python -m tests.benchmarks.backup

test-unit: install ## the tests without Kafka and MongoDB
	@$(BIN)/python -m pytest tests/unit tests/contract

containers: install ## everything in containers: compose, the main job, tests by testcontainers (STAND_INS=1: build the images)
	@deploy/containers/try.sh

fuzz: install ## a million bent inputs against the decoders of credential and status list
	@$(BIN)/python -m tests.fuzz.decoder

check: install ## format, lint, types, the house's rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: install ## format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: ## resolve requirements.lock anew from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet pyproject.toml --group dev --generate-hashes --no-emit-index-url --no-annotate \
		--python-version 3.11 --custom-compile-command "make lock" -o requirements.lock
	@$(BIN)/uv pip compile --quiet pyproject.toml --generate-hashes --no-emit-index-url --no-annotate \
		--python-version 3.11 --custom-compile-command "make lock" --constraint requirements.lock -o requirements.product.lock

bench-accreditation: install ## what badges cost: signed, verified, decoded, drawn, ready
	@$(BIN)/python -m tests.benchmarks.accreditation
bench-screening: install ## screening against watchlists: precision, recall, speed at 100,000, everybody anew
	@$(BIN)/python -m tests.benchmarks.screening
	@$(BIN)/python -m pytest tests/benchmarks/rescreening.py -q -s -p no:warnings

bench-registration: install ## imports by themselves, beside the bare limit, and with everybody listening; one by one, the last seat, rosters
	@$(BIN)/python -m tests.benchmarks.registration

bench-day: install ## an officer's day in Chromium: 420 dossiers decided by keyboard alone, ms a decision
	@$(BIN)/python -m pytest tests/benchmarks/day_of_work.py -q -s -p no:warnings

bench-names: install ## precision and recall of name matching beside rapidfuzz, and the speed of the index
	@$(BIN)/python -m tests.benchmarks.names

contracts: install ## record the present event schemas
	@$(BIN)/python -m services contracts

reference: install ## write docs/reference from the code
	@$(BIN)/python -m services reference

clean: ## remove what was installed and every local installation's data
	@rm -rf $(VENV) $(LOCAL) $(ASSETS) shared/web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
