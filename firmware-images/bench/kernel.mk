# SPDX-License-Identifier: Apache-2.0
# One kernel's images: make -f kernel.mk NAME=crc32. Integer kernels keep to IMAC; floating point uses the D registers
# in 64 bits and the compiler's software arithmetic in 32.
OUTPUT  ?= images
COMMON  :=
SOURCES := kernels/$(NAME).c bench.c ports/riscv-virt.c
RAM_KIB := 8192
ifeq ($(NAME),crc32-mixed)
EXTRA_LINK := -Wl,--defsym=mixed_code_and_data=1
endif
FLAGS_rv32 := -march=rv32imac -mabi=ilp32 -DMIXED_PAGE
ifeq ($(NAME),float)
FLAGS_rv64 := -march=rv64gc -mabi=lp64d
else
FLAGS_rv64 := -march=rv64imac -mabi=lp64 -DMIXED_PAGE
endif
include ../common/common.mk
