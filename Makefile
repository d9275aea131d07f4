# The two commands that matter: `make demo` and `make test`. Both set up what is missing first.
CONFIGURATION ?= Release
SEED ?= 1
VERDICTS = docs/results/verdicts.md
DOTNET = dotnet
INTEGRATION = tests/CanaryStreams.Integration.Tests/bin/$(CONFIGURATION)/net10.0/CanaryStreams.Integration.Tests
export DOTNET_CLI_TELEMETRY_OPTOUT = 1
export DOTNET_NOLOGO = 1

.PHONY: help setup build demo test simulate lint format bench evaluate verdicts soak scale clean

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: ## Install what is missing (the Kafka client library)
	@sh .ci/setup.sh

build: setup ## Build dist/canarystreams
	@echo "Building dist/canarystreams (the first time a minute or two) ..." >&2
	@$(DOTNET) publish src/CanaryStreams.Cli -c $(CONFIGURATION) -o dist -v quiet

demo: build ## Run the whole loop with embedded parts, about a minute
	@dist/canarystreams demo --seed $(SEED)

test: setup lint ## Build and run every test
	@sh tests/run.sh

simulate: setup ## Look for broken invariants in a simulated world (SEEDS=5000, SEEDS=1..5000; TRACE=1 tells all of one seed)
	@$(DOTNET) run -c $(CONFIGURATION) --project tests/CanaryStreams.Simulation -- $(or $(SEEDS),1500) $(if $(TRACE),--trace) $(if $(MUTANT),--mutant $(MUTANT))

lint: ## Check the formatting
	@$(DOTNET) tool restore >/dev/null
	@$(DOTNET) csharpier check src tests

format: ## Format the sources
	@$(DOTNET) tool restore >/dev/null
	@$(DOTNET) csharpier format src tests

bench: setup ## Run the benchmarks (FILTER='*Decode*' picks some)
	@$(DOTNET) run -c Release --project tests/CanaryStreams.Benchmarks -- --filter '$(or $(FILTER),*)'

soak: setup ## Kill three processes, Kafka and PostgreSQL at random moments under load (MINUTES=30 SEED=1)
	@$(DOTNET) build tests/CanaryStreams.Integration.Tests -c $(CONFIGURATION) -v quiet
	@MINUTES=$(or $(MINUTES),30) SEED=$(SEED) AWAY_SECONDS=90 $(INTEGRATION) -class '*.SoakTests' -class '*.AwayTests' -showLiveOutput

scale: setup ## Measure take-overs, 10 000 rollouts in one process and unit costs
	@$(DOTNET) build tests/CanaryStreams.Integration.Tests -c $(CONFIGURATION) -v quiet
	@$(INTEGRATION) -class '*.ScaleMeasurements' -explicit only -showLiveOutput

evaluate: ## Score labelled sets (folder CANARY_DATA) with every detector into docs/results/detection-table.md
	@test -n "$(CANARY_DATA)" || { echo "Set CANARY_DATA to the folder with kpi_train.csv.gz, ms_dev.csv.gz and nab_dev.csv.gz." >&2; exit 2; }
	@$(MAKE) --no-print-directory build
	@dist/canarystreams evaluate --suite "$(CANARY_DATA)" -o docs/results/detection-table.md

# What stands above the marker is written by hand and stays.
verdicts: build ## Judge simulated rollouts beside other judges into docs/results/verdicts.md (SEEDS=1,2 ROLLOUTS=2000)
	@dist/canarystreams evaluate verdicts $(if $(SEEDS),--seeds $(SEEDS)) $(if $(ROLLOUTS),--rollouts $(ROLLOUTS)) -o $(VERDICTS).tables
	@sed '/^<!-- make verdicts/q' $(VERDICTS) | cat - $(VERDICTS).tables > $(VERDICTS).new
	@mv $(VERDICTS).new $(VERDICTS) && rm $(VERDICTS).tables

clean: ## Remove what was built
	@rm -rf dist && find src tests -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
