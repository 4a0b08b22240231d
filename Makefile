# careloop: every chore of the project. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=

# Warnings are errors in debug builds, unless WERROR=0 (say, with a newer toolchain than ours).
# `debug`, `check` and `test` use the same settings and options, so the debug build happens once.
# The import check finds nothing with the 6.3 toolchain for Debian; TidyTests checks the same.
WERROR ?= 1
DEBUG_ENV := CARELOOP_WARNINGS_AS_ERRORS=$(WERROR)
DEBUG_FLAGS := --explicit-target-dependency-import-check error

# The runtime is linked in, so that an installed program needs no toolchain beside it.
RELEASE_FLAGS := --configuration release --static-swift-stdlib
RELEASE_DIR := .build/release
PROGRAMS := careloopd careloop careloop-bench

# What the checks read: all Swift files except generated ones, and all shell scripts.
SWIFT_FILES = find Package.swift Sources Tests -name '*.swift' ! -name '*.pb.swift' -print0
SHELL_FILES = find .ci deploy Protocols Tests -type f \( -name '*.sh' -o -path '.ci/run' \) -print0

.PHONY: help setup setup-test build debug test unit-test interop-test check lint proto-check \
        shell-check demo bench proto format man completions install uninstall clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what building and running need
	@deploy/install-dependencies.sh --build

setup-test: ## install what the tests need as well
	@deploy/install-dependencies.sh --test

build: setup ## build the programs in release, into .build/release
	@for program in $(PROGRAMS); do $(SWIFT) build $(RELEASE_FLAGS) --product $$program; done

debug: setup ## build everything and the tests, with warnings as errors
	$(DEBUG_ENV) $(SWIFT) build --build-tests $(DEBUG_FLAGS)

test: unit-test interop-test ## set up and run all tests

# One test at a time: many start real brokers and wait for them, and would hold up each other's
# waiting on a machine with few cores.
unit-test: setup-test ## run the Swift tests only
	$(DEBUG_ENV) $(SWIFT) test --no-parallel $(DEBUG_FLAGS)

check: setup-test lint proto-check shell-check debug ## format, proto, shell and tidy checks; no warning may be left
	$(DEBUG_ENV) $(SWIFT) test --skip-build --filter TidyTests

lint:
	@$(SWIFT_FILES) | xargs -0 $(SWIFT) format lint --strict --parallel

proto-check:
	@Protocols/check.sh
	@Protocols/fhir-modifiers.py --check

shell-check:
	@$(SHELL_FILES) | xargs -0 -n 1 bash -n

demo: build ## play one referral from requested to closed (BUNDLE=path.json for your own)
	@BUNDLE='$(BUNDLE)' deploy/demo.sh

bench: build ## measure throughput and latency against a broker (BENCH_FLAGS=…)
	$(RELEASE_DIR)/careloop-bench $(BENCH_FLAGS)

proto: setup-test ## regenerate the Swift of the .proto files
	Protocols/generate.sh

docs: debug ## write the documents that are made from tables
	CARELOOP_WRITE_DOCS=1 $(SWIFT) test --skip-build --filter AccessDocumentTests

format: ## format the Swift files in place
	@$(SWIFT_FILES) | xargs -0 $(SWIFT) format --in-place --parallel

# The generator of manual pages belongs to swift-argument-parser, whose sources are here already.
man: build ## write the manual pages into .build/man
	@mkdir -p .build/man
	$(SWIFT) build --package-path .build/checkouts/swift-argument-parser \
	    --scratch-path "$$PWD/.build-manual" --product generate-manual
	@for program in $(PROGRAMS); do \
	    .build-manual/debug/generate-manual "$(RELEASE_DIR)/$$program" --multi-page \
	        --output-directory .build/man; \
	done

completions: build ## write the shell completions into .build/completions
	@mkdir -p .build/completions/{bash,zsh,fish}
	@for program in $(PROGRAMS); do \
	    generate() { "$(RELEASE_DIR)/$$program" --generate-completion-script "$$1"; }; \
	    generate bash > ".build/completions/bash/$$program"; \
	    generate zsh > ".build/completions/zsh/_$$program"; \
	    generate fish > ".build/completions/fish/$$program.fish"; \
	done

# Builds nothing, so that `make build man completions && sudo make install` leaves no file of root's in .build.
install: ## install programs, units, and man pages and completions if made (PREFIX, DESTDIR)
	@for program in $(PROGRAMS); do \
	    [[ -x "$(RELEASE_DIR)/$$program" ]] || { echo "Run 'make build' first." >&2; exit 1; }; \
	done
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/lib/"{systemd/system,sysusers.d}
	install -m 755 $(PROGRAMS:%=$(RELEASE_DIR)/%) "$(DESTDIR)$(PREFIX)/bin"
	@for unit in deploy/*.service; do \
	    target="$(DESTDIR)$(PREFIX)/lib/systemd/system/$${unit##*/}"; \
	    sed 's|/usr/local/bin|$(PREFIX)/bin|' "$$unit" > "$$target"; \
	    chmod 644 "$$target"; \
	done
	install -m 644 deploy/careloop.sysusers.conf "$(DESTDIR)$(PREFIX)/lib/sysusers.d/careloop.conf"
	@install_all() { \
	    local folder="$(DESTDIR)$(PREFIX)/share/$$1"; \
	    shift; \
	    [[ -e "$$1" ]] || return 0; \
	    install -d "$$folder"; \
	    install -m 644 "$$@" "$$folder"; \
	}; \
	install_all man/man1 .build/man/*.1; \
	install_all bash-completion/completions .build/completions/bash/*; \
	install_all zsh/site-functions .build/completions/zsh/*; \
	install_all fish/vendor_completions.d .build/completions/fish/*

uninstall: ## remove what install put there
	rm -f $(PROGRAMS:%="$(DESTDIR)$(PREFIX)/bin/%")
	rm -f $(patsubst deploy/%,"$(DESTDIR)$(PREFIX)/lib/systemd/system/%",$(wildcard deploy/*.service))
	rm -f "$(DESTDIR)$(PREFIX)/lib/sysusers.d/careloop.conf"
	rm -f "$(DESTDIR)$(PREFIX)"/share/man/man1/careloop{,d,-bench}{,.*}.1
	rm -f "$(DESTDIR)$(PREFIX)"/share/bash-completion/completions/careloop{,d,-bench}
	rm -f "$(DESTDIR)$(PREFIX)"/share/zsh/site-functions/_careloop{,d,-bench}
	rm -f "$(DESTDIR)$(PREFIX)"/share/fish/vendor_completions.d/careloop{,d,-bench}.fish

clean: ## remove everything that was built
	rm -rf .build .build-*

# The interop test drives the debug programs from Python, which knows only Protocols/.
INTEROP := .build-interop
INTEROP_REQUIREMENTS := $(wildcard Tests/Interop/requirements.txt)
PROTO_FILES := $(shell find Protocols/careloop -name '*.proto')

interop-test: unit-test ## run the Python agent against the broker
	@if [[ -x Tests/Interop/run.sh ]]; then \
	    $(MAKE) --quiet $(INTEROP)/venv/ready $(INTEROP)/validation/ready \
	        $(INTEROP)/generated/ready && \
	    CARELOOP_BIN="$$PWD/.build/debug" \
	    CARELOOP_PYTHON="$$PWD/$(INTEROP)/venv/bin/python3" \
	    CARELOOP_VALIDATOR_PYTHON="$$PWD/$(INTEROP)/validation/bin/python3" \
	    PYTHONPATH="$$PWD/$(INTEROP)/generated" \
	    Tests/Interop/run.sh; \
	else \
	    echo "Tests/Interop/run.sh is missing or not executable." >&2; exit 1; \
	fi

$(INTEROP)/venv/ready: $(INTEROP_REQUIREMENTS)
	rm -rf $(INTEROP)/venv
	python3 -m venv $(INTEROP)/venv
	$(INTEROP)/venv/bin/python3 -m pip install --quiet --disable-pip-version-check \
	    $(if $(INTEROP_REQUIREMENTS),--requirement $(INTEROP_REQUIREMENTS),'pyzmq>=25' 'protobuf>=4.21.12,<6')
	@touch $@

$(INTEROP)/validation/ready: Tests/Validation/requirements.txt
	rm -rf $(INTEROP)/validation
	python3 -m venv $(INTEROP)/validation
	$(INTEROP)/validation/bin/python3 -m pip install --quiet --disable-pip-version-check \
	    --requirement Tests/Validation/requirements.txt
	@touch $@

$(INTEROP)/generated/ready: $(PROTO_FILES)
	@rm -rf $(INTEROP)/generated
	@mkdir -p $(INTEROP)/generated
	protoc --proto_path=Protocols --python_out=$(INTEROP)/generated $(PROTO_FILES)
	@touch $@
