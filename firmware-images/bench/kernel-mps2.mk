# SPDX-License-Identifier: Apache-2.0
# One kernel's image for Arm's MPS2 boards: make -f kernel-mps2.mk NAME=crc32. Thumb-2 for the Cortex-M3, which the M4 and M7
# run as well; floating point is the compiler's software arithmetic.
CROSS_ARM ?= arm-none-eabi-
OUTPUT    ?= images
INPUTS    := kernels/$(NAME).c bench.c ports/mps2.c ../common/memory.c
FLAGS := -mcpu=cortex-m3 -mthumb -O2 -std=c17 -ffreestanding -fno-builtin -nostdlib -static -Wall -Wextra -Werror -ffunction-sections \
	-fdata-sections -fno-asynchronous-unwind-tables -ffp-contract=off -fno-tree-loop-distribute-patterns -fwrapv -DMIXED_PAGE \
	-ffile-prefix-map=$(abspath ..)=. -I.
ifeq ($(NAME),crc32-mixed)
EXTRA_LINK := -Wl,--defsym=mixed_code_and_data=1
endif
LINK := $(EXTRA_LINK) -Wl,-T,ports/mps2.ld -Wl,--build-id=none -Wl,--gc-sections -Wl,-z,max-page-size=64 -Wl,--no-warn-rwx-segments

all: $(OUTPUT)/$(NAME)-mps2.elf

$(OUTPUT)/$(NAME)-mps2.elf: $(INPUTS) bench.h ports/mps2.ld kernel-mps2.mk
	@mkdir -p $(OUTPUT)
	$(CROSS_ARM)gcc $(FLAGS) $(LINK) -o $@ $(INPUTS) -lgcc
	$(CROSS_ARM)objcopy --strip-debug --discard-all $@

clean:
	rm -f $(OUTPUT)/$(NAME)-mps2.elf

.PHONY: all clean
