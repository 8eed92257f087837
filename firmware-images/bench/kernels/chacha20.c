// SPDX-License-Identifier: Apache-2.0
// ChaCha20 (RFC 8439) over 8 KiB; the first block of section 2.3.2 is checked first.
#include "bench.h"

#define MESSAGE_WORDS 2048u

static uint32_t state[16], block[16], message[MESSAGE_WORDS];

static void quarter_round(unsigned a, unsigned b, unsigned c, unsigned d)
{
    block[a] += block[b], block[d] = rotate_left(block[d] ^ block[a], 16);
    block[c] += block[d], block[b] = rotate_left(block[b] ^ block[c], 12);
    block[a] += block[b], block[d] = rotate_left(block[d] ^ block[a], 8);
    block[c] += block[d], block[b] = rotate_left(block[b] ^ block[c], 7);
}

static void next_block(void)
{
    for (unsigned i = 0; i < 16; i++)
        block[i] = state[i];
    for (unsigned i = 0; i < 10; i++) {
        for (unsigned column = 0; column < 4; column++)
            quarter_round(column, column + 4, column + 8, column + 12);
        for (unsigned column = 0; column < 4; column++)
            quarter_round(column, (column + 1) % 4 + 4, (column + 2) % 4 + 8, (column + 3) % 4 + 12);
    }
    for (unsigned i = 0; i < 16; i++)
        block[i] += state[i];
    state[12]++;
}

static void start(void)
{
    static const uint32_t words[4] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 };
    for (uint32_t i = 0; i < 4; i++)
        state[i] = words[i];
    for (uint32_t i = 0; i < 8; i++)
        state[4 + i] = 0x03020100 + i * 0x04040404;
    state[12] = 1, state[13] = 0x09000000, state[14] = 0x4a000000, state[15] = 0;
}

const char kernel_name[] = "chacha20";
const uint32_t kernel_checksum = 0xc00e9778;

uint32_t kernel_run(void)
{
    start();
    for (uint32_t i = 0; i < MESSAGE_WORDS; i++)
        message[i] = i;
    for (uint32_t at = 0; at < MESSAGE_WORDS; at += 16) {
        next_block();
        if (at == 0 && (block[0] != 0xe4e7f110 || block[15] != 0x4e3c50a2))
            return 0;
        for (unsigned i = 0; i < 16; i++)
            message[at + i] ^= block[i];
    }
    uint32_t sum = 0;
    for (uint32_t i = 0; i < MESSAGE_WORDS; i += 5)
        sum = fold(sum, message[i]);
    return sum;
}
