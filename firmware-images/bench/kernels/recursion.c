// SPDX-License-Identifier: Apache-2.0
// Recursion: Fibonacci, Ackermann and seven queens on a board of 7 by 7.
#include "bench.h"

#define QUEENS 7u

static uint32_t fibonacci(uint32_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static uint32_t ackermann(uint32_t m, uint32_t n)
{
    if (m == 0)
        return n + 1;
    return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

// Counts the ways to place a queen in each row; the three sets hold the columns and diagonals that are attacked.
static uint32_t queens(uint32_t columns, uint32_t rising, uint32_t falling)
{
    const uint32_t all = (1u << QUEENS) - 1;
    if (columns == all)
        return 1;
    uint32_t solutions = 0;
    for (uint32_t open = all & ~(columns | rising | falling); open != 0; open &= open - 1) {
        const uint32_t place = open & (0u - open);
        solutions += queens(columns | place, (rising | place) << 1, (falling | place) >> 1);
    }
    return solutions;
}

const char kernel_name[] = "recursion";
const uint32_t kernel_checksum = 0x4d9d11f1;

uint32_t kernel_run(void)
{
    return fold(fold(fibonacci(18), ackermann(2, 40)), queens(0, 0, 0));
}
