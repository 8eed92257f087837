# SPDX-License-Identifier: Apache-2.0
# Included by each image's Makefile, which sets NAME, COMMON (files of this folder) and SOURCES (its own), and RAM_KIB
# where 1 MiB is not enough. Builds NAME-rv32.elf and NAME-rv64.elf: the same bytes on every machine with the same
# compiler, because no path, time or build id goes in. OUTPUT=folder builds them elsewhere.

CROSS   ?= riscv64-unknown-elf-
OUTPUT  ?= .
RAM_KIB ?= 1024
COMMON_FOLDER := $(dir $(lastword $(MAKEFILE_LIST)))

# ISA specification 2.2 counts the CSR and fence.i instructions as part of I, as the compiler's own libraries do.
FLAGS_rv32 ?= -march=rv32imac -mabi=ilp32
FLAGS_rv64 ?= -march=rv64imac -mabi=lp64
FLAGS := -misa-spec=2.2 -mcmodel=medany -O2 -std=c17 -ffreestanding -fno-builtin -nostdlib -static \
	-Wall -Wextra -Werror -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -ffp-contract=off \
	-fno-tree-loop-distribute-patterns -fwrapv -ffile-prefix-map=$(abspath $(COMMON_FOLDER)/..)=. -I$(COMMON_FOLDER) -I.
# The script sees only symbols that are defined before it.
LINK := -Wl,--defsym=RAM_KIB=$(RAM_KIB) $(EXTRA_LINK) -Wl,-T,$(COMMON_FOLDER)guest.ld -Wl,--build-id=none \
	-Wl,--gc-sections -Wl,-z,max-page-size=64 -Wl,--no-warn-rwx-segments
INPUTS = $(addprefix $(COMMON_FOLDER),start.S trap.c finisher.c uart16550.c console.c memory.c $(COMMON)) $(SOURCES)

IMAGES := $(OUTPUT)/$(NAME)-rv32.elf $(OUTPUT)/$(NAME)-rv64.elf

all: $(IMAGES)

# One compiler call an image: these are small, and no object files are left behind. Symbols stay for the debugger.
$(OUTPUT)/$(NAME)-%.elf: $(INPUTS) $(wildcard *.h $(COMMON_FOLDER)*.h) $(COMMON_FOLDER)guest.ld Makefile $(COMMON_FOLDER)common.mk
	@mkdir -p $(OUTPUT)
	$(CROSS)gcc $(FLAGS) $(FLAGS_$*) $(LINK) -o $@ $(INPUTS) -lgcc
	$(CROSS)objcopy --strip-debug --discard-all $@

clean:
	rm -f $(IMAGES)

.PHONY: all clean
