# SPDX-License-Identifier: Apache-2.0
#
# make            builds everything
# make demo       runs the main job: two boards, three guests, moved live over MQTT
# make test       runs all tests
# make check      format, analyzers, links in the documents
# make bench      measures, side by side with peers, into artifacts/bench.json

CONFIGURATION ?= Release
# The packages of docs/decisions/0001: `named`, `builtin`, or empty to let eng/packages.sh find out.
PACKAGES ?=
BUILD    = CONFIGURATION=$(CONFIGURATION) PACKAGES=$(PACKAGES) eng/build.sh

RUN_PACKAGES  = mosquitto mosquitto-clients libmosquitto1 libzstd1
TEST_PACKAGES = $(RUN_PACKAGES) firmware-microbit-micropython gcc-arm-none-eabi gcc-riscv64-unknown-elf qemu-system-misc qemu-system-arm qemu-user device-tree-compiler gdb-multiarch opensbi xz-utils

.DEFAULT_GOAL := build
.PHONY: build chaos demo fuzz test test-arm64 test-board test-board-drivers install check bench bench-board format clean help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## everything, into artifacts/
	@$(BUILD)

demo: ## the main job: two boards, three guests, moved over MQTT while they run
	@eng/dependencies.sh $(RUN_PACKAGES)
	@eng/dependencies.sh firmware-microbit-micropython || true
	@$(BUILD)
	@eng/demo.sh $(CONFIGURATION)

N ?= 40
chaos: ## N=40 moves while links, broker and services are cut and killed; every beat accounted for
	@eng/dependencies.sh $(RUN_PACKAGES)
	@$(BUILD)
	@eng/chaos.sh $(CONFIGURATION) $(N) $(SEED) $(FAULTS)

fuzz: ## N=40 fresh random RISC-V programs of each ISA against QEMU, or one again with SEED=rv64gc:17; what differs is shrunk and listed
	@eng/dependencies.sh $(TEST_PACKAGES)
	@$(BUILD)
	@EDGEHYPERVISOR_FUZZ=$(N) $(if $(SEED),EDGEHYPERVISOR_FUZZ_SEED=$(SEED)) dotnet test artifacts/bin/Cores.RiscV.Tests/$(shell echo $(CONFIGURATION) | tr A-Z a-z)/Cores.RiscV.Tests.dll --filter FullyQualifiedName~DifferentialTests --logger 'console;verbosity=detailed'

test: ## all tests
	@eng/dependencies.sh $(TEST_PACKAGES)
	@eng/debian-riscv64.sh || test $$? = 75
	@$(BUILD)
	@CONFIGURATION=$(CONFIGURATION) PACKAGES=$(PACKAGES) eng/arm64.sh publish src/EdgeHypervisor.Host || echo "No ARM64 daemon could be made here; the tests that want one are skipped." >&2
	@CONFIGURATION=$(CONFIGURATION) eng/test.sh

test-board: ## the service on a board with a real kernel and systemd, seen from outside of its pins (a virtual machine)
	@eng/dependencies.sh opensbi
	@eng/debian-riscv64.sh || test $$? = 75
	@$(BUILD)
	@CONFIGURATION=$(CONFIGURATION) tests/Board/test.sh

test-board-drivers: ## the drivers' contracts on that board's devices
	@$(BUILD)
	@tests/Board/board-vm run --timeout 1500 --share artifacts/bin/Drivers.Tests/$(shell echo $(CONFIGURATION) | tr A-Z a-z) -- ./board.sh .

test-arm64: ## the tests that need no kernel device, as an ARM64 process: here under emulation, or RUNNER=ssh:HOST, or RUNNER=PROGRAM
	@$(BUILD)
	@eng/test-arm64.sh "$(RUNNER)" $(CONFIGURATION)

install: ## the service, the command, plugins and descriptions, compiled ahead of time for this machine (BOARD=boards/….yaml, DESTDIR=)
	@DESTDIR=$(DESTDIR) packaging/install.sh $(if $(BOARD),--board $(BOARD))

check: ## format, analyzers, documents
	@eng/check.sh

format: ## put the code into shape
	@dotnet format EdgeHypervisor.sln

bench: ## measure against peers, into artifacts/bench.json
	@eng/dependencies.sh $(TEST_PACKAGES)
	@eng/debian-riscv64.sh || test $$? = 75
	@$(BUILD)
	@DESTDIR=$(CURDIR)/artifacts/installed packaging/install.sh
	@dotnet artifacts/bin/Benchmarks/$(shell echo $(CONFIGURATION) | tr A-Z a-z)/Benchmarks.dll

bench-board: ## pins and buses on that board, against plain C loops; joins artifacts/bench.json
	@eng/dependencies.sh gcc libc6-dev
	@$(BUILD)
	@CONFIGURATION=$(CONFIGURATION) tests/Board/test.sh --bench
	@dotnet artifacts/bin/Benchmarks/$(shell echo $(CONFIGURATION) | tr A-Z a-z)/Benchmarks.dll --only pins

clean: ## forget all build results
	@rm -rf artifacts
