# Chainglass. `make help` lists what can be done here.

GO          ?= go
GO_FLAGS     = -trimpath -ldflags="-s -w -buildid="
# 11 packs best and takes ten seconds; 5 is for working on the page.
BROTLI_LEVEL ?= 11
VERSION     ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

DIST = app/site/dist
WASM = bin/app.wasm
PAGE_SOURCES = go.mod go.sum main.go $(shell find wire snapshot fold app -name '*.go' \
	-not -name '*_test.go' -not -path 'app/cli/*' -not -path 'app/site/*' -not -path 'app/e2e/*' 2>/dev/null)

.PHONY: help
help: ## List the targets
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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
	gzip -9 -n -k $$new/app.wasm && \
	mv $$new/app.wasm $(WASM) && mv $$new/* $(DIST)/

.PHONY: site
site: wasm ## Write the page into bin/site: to host, and as one file
	rm -rf bin/site
	$(GO) run $(GO_FLAGS) ./app/site/write -version "$(VERSION)" bin/site

.PHONY: serve
serve: build ## Serve the page on this machine
	bin/chainglass serve

.PHONY: size
size: site ## Print what a visitor downloads, in bytes
	@wc -c $(WASM) $(DIST)/app.wasm.gz $(DIST)/app.wasm.br bin/site/index.html bin/site/index.html.gz bin/site/chainglass.html | grep -v total

.PHONY: e2e
e2e: wasm ## Test the page in a real Chromium
	cd app/e2e && $(GO) test ./...

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin $(DIST)/app.wasm.* $(DIST)/wasm_exec.js
