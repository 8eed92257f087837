// SPDX-License-Identifier: Apache-2.0
// AES-128 (FIPS 197) with byte tables: encrypts the example of appendix B first, then a chain of blocks.
#include "bench.h"

static uint8_t box[256], keys[11][16];

static uint8_t twice(uint8_t value) { return (uint8_t)(value << 1 ^ (value & 0x80 ? 0x1b : 0)); }

// Section 5.1.1: the inverse in GF(2^8), then an affine map. Walks the field with a generator and its inverse.
static void fill_box(void)
{
    uint8_t p = 1, q = 1;
    do {
        p = (uint8_t)(p ^ twice(p)); // times 3
        q ^= (uint8_t)(q << 1);      // divided by 3
        q ^= (uint8_t)(q << 2);
        q ^= (uint8_t)(q << 4);
        if (q & 0x80)
            q ^= 0x09;
        const uint32_t q4 = q * 0x01010101u;
        box[p] = (uint8_t)(q ^ rotate_left(q4, 1) ^ rotate_left(q4, 2) ^ rotate_left(q4, 3) ^ rotate_left(q4, 4) ^ 0x63);
    } while (p != 1);
    box[0] = 0x63;
}

static void expand_key(const uint8_t key[16])
{
    uint8_t constant = 1;
    for (unsigned i = 0; i < 16; i++)
        keys[0][i] = key[i];
    for (unsigned round = 1; round < 11; round++, constant = twice(constant)) {
        const uint8_t *before = keys[round - 1];
        uint8_t *now = keys[round];
        for (unsigned i = 0; i < 4; i++)
            now[i] = before[i] ^ box[before[12 + (i + 1) % 4]];
        now[0] ^= constant;
        for (unsigned i = 4; i < 16; i++)
            now[i] = before[i] ^ now[i - 4];
    }
}

static void add_key(uint8_t state[16], unsigned round)
{
    for (unsigned i = 0; i < 16; i++)
        state[i] ^= keys[round][i];
}

static void substitute_and_shift(uint8_t state[16])
{
    uint8_t shifted[16];
    for (unsigned i = 0; i < 16; i++)
        shifted[i] = box[state[(i + 4 * (i % 4)) % 16]];
    for (unsigned i = 0; i < 16; i++)
        state[i] = shifted[i];
}

static void mix_columns(uint8_t state[16])
{
    for (uint8_t *c = state; c < state + 16; c += 4) {
        const uint8_t all = c[0] ^ c[1] ^ c[2] ^ c[3], first = c[0];
        for (unsigned i = 0; i < 3; i++)
            c[i] ^= (uint8_t)(all ^ twice(c[i] ^ c[i + 1]));
        c[3] ^= (uint8_t)(all ^ twice(c[3] ^ first));
    }
}

static void encrypt(uint8_t state[16])
{
    add_key(state, 0);
    for (unsigned round = 1; round < 10; round++) {
        substitute_and_shift(state);
        mix_columns(state);
        add_key(state, round);
    }
    substitute_and_shift(state);
    add_key(state, 10);
}

const char kernel_name[] = "aes";
const uint32_t kernel_checksum = 0xd117b467;

uint32_t kernel_run(void)
{
    static const uint8_t key[16] = { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c };
    uint8_t block[16] = { 0x32, 0x43, 0xf6, 0xa8, 0x88, 0x5a, 0x30, 0x8d, 0x31, 0x31, 0x98, 0xa2, 0xe0, 0x37, 0x07, 0x34 };
    fill_box();
    expand_key(key);
    encrypt(block);
    if (block[0] != 0x39 || block[15] != 0x32)
        return 0;
    for (unsigned i = 0; i < 64; i++)
        encrypt(block);
    uint32_t sum = 0;
    for (unsigned i = 0; i < 16; i++)
        sum = fold(sum, block[i]);
    return sum;
}
