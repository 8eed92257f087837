// SPDX-License-Identifier: Apache-2.0
#include "clint.h"

#define MTIMECMP (CLINT_BASE + 0x4000)
#define MTIME    (CLINT_BASE + 0xbff8)

uint64_t clint_now(void)
{
#if __riscv_xlen == 64
    return *(volatile uint64_t *)(uintptr_t)MTIME;
#else
    uint32_t high, low;
    do {
        high = *register32(MTIME + 4);
        low = *register32(MTIME);
    } while (high != *register32(MTIME + 4)); // the low half carried in between
    return (uint64_t)high << 32 | low;
#endif
}

void clint_set_deadline(uint64_t deadline)
{
#if __riscv_xlen == 64
    *(volatile uint64_t *)(uintptr_t)MTIMECMP = deadline;
#else
    // Never passes through an earlier deadline: Privileged Specification 1.12, 3.2.1.
    *register32(MTIMECMP) = UINT32_MAX;
    *register32(MTIMECMP + 4) = (uint32_t)(deadline >> 32);
    *register32(MTIMECMP) = (uint32_t)deadline;
#endif
}
