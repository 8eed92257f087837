// SPDX-License-Identifier: Apache-2.0
// Sixteen words at a fixed address which no loadable segment covers. Whoever starts the machine may write them
// (QEMU: -device loader,addr=0x80000800,data=5,data-len=4). RAM starts as zeros, so zero means "the default".
#pragma once

#include "machine.h"

#define PARAMETERS_BASE 0x80000800u

static inline uint32_t parameter(unsigned index, uint32_t default_value)
{
    uint32_t value = register32(PARAMETERS_BASE)[index];
    return value != 0 ? value : default_value;
}
