// SPDX-License-Identifier: Apache-2.0
// What a kernel and its harness know of each other. Kernels are plain C17: no library, no pointers in checksums, fixed
// widths, IEEE arithmetic without contraction. So a checksum is the same on every machine, word size and byte order aside
// from big-endian ones.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The kernel's name, as printed.
extern const char kernel_name[];

/// What every call of kernel_run returns when the machine computes right.
extern const uint32_t kernel_checksum;

/// One iteration: the same work from the same start each time.
uint32_t kernel_run(void);

/// Runs the kernel and prints its line: `name iterations checksum ok`, or `... wrong in iteration n` (from 1).
/// @return 0 when every iteration gave kernel_checksum
int bench(uint32_t iterations);

// What a port supplies: see ports/.
void port_print_text(const char *text);

static inline uint32_t rotate_left(uint32_t value, unsigned bits) { return value << bits | value >> (32 - bits); }

/// Folds a value into a checksum.
static inline uint32_t fold(uint32_t sum, uint32_t value)
{
    return (rotate_left(sum, 5) ^ value) * 0x9e3779b1u;
}

/// Marsaglia's xorshift32: repeatable input. The state is never zero.
static inline uint32_t random32(uint32_t *state)
{
    uint32_t x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}
