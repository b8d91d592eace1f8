# Chainglass. `make help` lists what can be done here.

GO          ?= go
GO_FLAGS     = -trimpath -ldflags="-s -w -buildid="
# 11 packs best and takes ten seconds; 5 is for working on the page.
BROTLI_LEVEL ?= 11
# The one-file page carries this form. A longer window would pack no better, and
# what the page unpacks with moves the whole window for every block.
ZSTD_FLAGS   = -19 --long=23
VERSION     ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

DIST = app/site/dist
WASM = bin/app.wasm
PAGE_SOURCES = go.mod go.sum main.go $(shell find wire snapshot fold app -name '*.go' \
	-not -name '*_test.go' -not -path 'app/cli/*' -not -path 'app/site/*' -not -path 'app/e2e/*' 2>/dev/null)

.PHONY: help
help: ## List the targets
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: wasm ## Build bin/chainglass, with the page in it
	$(GO) build $(GO_FLAGS) -o bin/chainglass .

.PHONY: wasm
wasm: $(DIST)/app.wasm.gz ## Compile the page, if its sources changed

# The files are made in a folder of their own and moved when all are whole:
# what is in $(DIST) is always of one build.
$(DIST)/app.wasm.gz: $(PAGE_SOURCES) Makefile
	@mkdir -p bin; new=$$(mktemp -d bin/wasm.XXXXXX) && trap 'rm -rf "$$new"' EXIT && set -ex && \
	GOOS=js GOARCH=wasm $(GO) build $(GO_FLAGS) -o $$new/app.wasm . && \
	cp "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js" $$new/ && chmod 644 $$new/* && \
	if command -v brotli >/dev/null; then brotli -q $(BROTLI_LEVEL) $$new/app.wasm; else rm -f $(DIST)/app.wasm.br; fi && \
	if command -v zstd >/dev/null; then zstd -q $(ZSTD_FLAGS) $$new/app.wasm -o $$new/app.wasm.zst; else rm -f $(DIST)/app.wasm.zst; fi && \
	gzip -9 -n -k $$new/app.wasm && \
	mv $$new/app.wasm $(WASM) && mv $$new/* $(DIST)/

.PHONY: site
site: wasm ## Write the page into bin/site: to host, and as one file
	rm -rf bin/site
	$(GO) run $(GO_FLAGS) ./app/site/write -version "$(VERSION)" bin/site

.PHONY: run
run: build ## Serve the page on this machine, with the sample incident open
	bin/chainglass serve --sample

# What a visitor may have to download, in bytes.
MAX_WASM_BROTLI = 3500000
MAX_PAGE        = 5100000

.PHONY: size
size: site ## Print what a visitor downloads, in bytes; fail where it is over budget
	@over=0; say() { test -f "$$1" || return 0; n=$$(wc -c <"$$1"); mark=""; \
		if test -n "$$2" && test "$$n" -gt "$$2"; then over=1; mark="  OVER BUDGET"; fi; \
		printf "%9d  %-9s  %s%s\n" "$$n" "$$2" "$$1" "$$mark"; }; \
	say $(WASM) ""; say $(DIST)/app.wasm.gz ""; say $(DIST)/app.wasm.br $(MAX_WASM_BROTLI); say $(DIST)/app.wasm.zst ""; \
	say bin/site/index.html ""; say bin/site/index.html.gz ""; say bin/site/chainglass.html $(MAX_PAGE); exit $$over

.PHONY: check
check: ## Build, vet and run the fast tests, natively: about a minute
	$(GO) build ./...
	$(GO) vet ./...
	$(GO) test -short ./...

# Tests run in three places: here, under Node as wasm, and in real browsers.
.PHONY: test
test: tools wasm lint unit race unit-wasm fuzz e2e ## Run every test

.PHONY: unit
unit: ## Test the packages natively
	$(GO) test ./...

# Tests of what happens at the same time have AtOnce or While in their names. The race
# detector needs a C compiler.
.PHONY: race
race: tools ## Test what happens at the same time with the race detector
	CGO_ENABLED=1 $(GO) test -race -run 'AtOnce|While' ./app/... ./wire/...

# Packages of the page that TestPackagesInBrowser of app/e2e does not run.
WASM_PACKAGES = ./wire/message ./wire/salvage ./fold/rank ./app/kind ./app/engine/part ./app/saveas ./app/share ./app/view ./app/redact ./app/report ./app/synth

.PHONY: unit-wasm
unit-wasm: ## Test packages of the page as wasm, under Node
	GOOS=js GOARCH=wasm $(GO) test -exec "$$($(GO) env GOROOT)/lib/wasm/go_js_wasm_exec" $(WASM_PACKAGES)

# It needs Node, and the network the first time: for modules, and for the DuckDB that reads
# back what the tests write.
.PHONY: fleet
fleet: ## Test the module for many machines: Parquet, Beam, object storage
	cd app/fleet/duckdb && { test -d node_modules/@duckdb/node-api || npm ci --no-audit --no-fund; }
	cd app/fleet && $(GO) vet ./... && $(GO) test ./...

# How long each fuzz target runs: a number of inputs, since go test may take the
# end of a time for a failure; or a time, to look for more.
FUZZ_TIME ?= 1000x

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZ_TIME each
	@for pkg in $$(grep -rl --include='*_test.go' '^func Fuzz' wire snapshot fold app | xargs -n 1 dirname | sort -u); do \
		for target in $$($(GO) test -list '^Fuzz' ./$$pkg | grep '^Fuzz'); do \
			echo "fuzz ./$$pkg $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZ_TIME) -fuzzminimizetime 10x ./$$pkg >bin/fuzz.log 2>&1 || { cat bin/fuzz.log; exit 1; }; \
		done; \
	done

.PHONY: e2e
e2e: tools wasm ## Test the page in Chromium, Firefox and WebKitGTK
	cd app/e2e && $(GO) test -count=1 -p 1 -timeout 60m ./...
	@cat app/e2e/screenshots/long-tasks.txt

# The numbers of records that are measured.
BENCH_RECORDS ?= 100000,1000000,10000000

# Ten minutes and 4 GB of disk on two cores. What it prints is in bin/bench.md as well.
.PHONY: bench
bench: tools build ## Measure what users wait for, against yardsticks: natively, then in Chromium
	rm -f bin/bench.md
	cd app/e2e && $(GO) run ./bench/native -program ../../bin/chainglass -records $(BENCH_RECORDS) -o ../../bin/bench.md
	cd app/e2e && CHAINGLASS_BENCH_RECORDS=$(BENCH_RECORDS) CHAINGLASS_BENCH_OUTPUT=$(CURDIR)/bin/bench.md \
		$(GO) test -run '^$$' -bench Chromium -benchtime 1x -timeout 30m
	@cat bin/bench.md

.PHONY: bench-micro
bench-micro: ## Run the benchmarks of the packages, for benchstat
	$(GO) test -run '^$$' -bench . ./wire/... ./snapshot ./fold ./app/engine

# Ten minutes and 8 GB of memory on two cores.
.PHONY: large
large: tools wasm ## Measure a page of 300 MB of chains: made, opened and shared again in Chromium and Firefox
	cd app/e2e/engines && CHAINGLASS_LARGE_MB=300 $(GO) test -count=1 -v -run TestLargePage -timeout 40m .

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: lint
lint: ## Check format, vet and staticcheck
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "not gofmt-ed:"; echo "$$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	GOOS=js GOARCH=wasm $(GO) vet ./...
	cd app/e2e && $(GO) vet ./... && GOOS=js GOARCH=wasm $(GO) vet ./probe

# What the tests need besides Go, make and git. Debian's packages are installed
# if that is possible without asking.
.PHONY: tools
tools:
	@mkdir -p bin; missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v firefox-esr >/dev/null || command -v firefox >/dev/null || missing="$$missing firefox-esr"; \
	command -v WebKitWebDriver >/dev/null || missing="$$missing webkit2gtk-driver"; \
	command -v Xvfb >/dev/null || missing="$$missing xvfb"; \
	command -v node >/dev/null || missing="$$missing nodejs"; \
	command -v zstd >/dev/null || missing="$$missing zstd"; \
	command -v gcc >/dev/null || missing="$$missing gcc libc6-dev"; \
	test -z "$$missing" && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	else \
		echo "The tests need$$missing. On Debian: sudo apt-get install --no-install-recommends$$missing"; exit 1; \
	fi

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin $(DIST)/app.wasm.* $(DIST)/wasm_exec.js
