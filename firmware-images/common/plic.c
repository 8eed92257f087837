// SPDX-License-Identifier: Apache-2.0
#include "plic.h"

#define PRIORITY  PLIC_BASE
#define ENABLE    (PLIC_BASE + 0x2000)
#define THRESHOLD (PLIC_BASE + 0x200000)
#define CLAIM     (PLIC_BASE + 0x200004)

void plic_enable(uint32_t source)
{
    register32(PRIORITY)[source] = 1;
    register32(ENABLE)[source / 32] |= 1u << source % 32;
    *register32(THRESHOLD) = 0;
}

uint32_t plic_claim(void) { return *register32(CLAIM); }
void plic_complete(uint32_t source) { *register32(CLAIM) = source; }
