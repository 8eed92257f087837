// SPDX-License-Identifier: Apache-2.0
// Memory bound: chases a cycle of indices scattered over 4 MiB, then streams over the same memory.
#include "bench.h"

#define CELLS (1u << 20)
#define HOPS  100000u

static uint32_t cells[CELLS];

const char kernel_name[] = "memory";
const uint32_t kernel_checksum = 0x386c1ed8;

// A step of a full-period generator modulo a power of two (Hull and Dobell): the hops visit each cell once.
static uint32_t successor(uint32_t index) { return (index * 1664525u + 1013904223u) & (CELLS - 1); }

static uint32_t chase(void)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < HOPS; i++)
        at = cells[at];
    return at;
}

static uint32_t stream(void)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i + 8 < CELLS; i += 8)
        sum += cells[i] ^ cells[i + 8];
    return sum;
}

static void link_cells(void)
{
    for (uint32_t i = 0; i < CELLS; i++)
        cells[i] = successor(i);
}

uint32_t kernel_run(void)
{
    if (cells[0] != successor(0)) // once: the chase and the stream only read
        link_cells();
    return fold(chase(), stream());
}
