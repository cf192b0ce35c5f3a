# DriftWatch's one-word commands. Each does all the set-up it needs, on a fresh machine too, and is quick the second time.
.DEFAULT_GOAL := help
.PHONY: help build test demo bench chaos ci check clean

CONFIGURATION := Release
export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1

# Everything a build reads. Directories are named too: a file that goes away changes only its directory.
# Nothing newer than the command means that there is nothing to do.
BUILD_FILES := Directory.Build.props Directory.Packages.props DriftWatch.sln global.json .editorconfig $(wildcard NuGet.config nuget.config)
SOURCES := $(BUILD_FILES) $(shell find src -not -name '*~' -not -name '.*' 2>/dev/null)
REVISION := $(shell git rev-parse --short=12 HEAD 2>/dev/null)

help: ## Says what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1	\2/' | expand -t 20

# Without analyzers: whoever tries the demo waits for it. The tests and a plain dotnet build run them.
build: out/driftwatch ## Builds the command out/driftwatch

artifacts/build/revision: FORCE
	@mkdir -p $(@D); [ "$$(cat $@ 2>/dev/null)" = "$(REVISION)" ] || echo "$(REVISION)" > $@

out/driftwatch: $(SOURCES) artifacts/build/revision
	@echo "building driftwatch ($(CONFIGURATION))"
	@dotnet msbuild src/DriftWatch/DriftWatch.csproj -restore -p:Configuration=$(CONFIGURATION) -p:RunAnalyzers=false -v:quiet -nologo
	@mkdir -p out && ln -sfn ../artifacts/bin/DriftWatch/$(shell echo $(CONFIGURATION) | tr A-Z a-z)/driftwatch $@ && touch $@

test: ## Builds everything and runs all tests
	@eng/test $(CONFIGURATION)

demo: build ## Runs the demo: an embedded Kafka, models that drift, the page at http://127.0.0.1:8080
	@exec out/driftwatch demo $(DEMO)

bench: ## Runs the benchmarks; BENCH='--filter *Join*' chooses
	@dotnet run --project tests/DriftWatch.Benchmarks -c Release -v quiet -- $(or $(BENCH),--filter '*')

chaos: build ## Kills the service on a real broker, again and again, and counts; CHAOS='--kills 200 --brokers 3 --rounds 4' is a long run
	@dotnet build tests/DriftWatch.Chaos -c $(CONFIGURATION) -v quiet -nologo
	@exec artifacts/bin/DriftWatch.Chaos/$(shell echo $(CONFIGURATION) | tr A-Z a-z)/driftwatch-chaos $(CHAOS)

ci: ## Does what the continuous integration does
	@.ci/run

clean: ## Removes everything that was built here
	rm -rf artifacts out

.PHONY: FORCE
FORCE:
