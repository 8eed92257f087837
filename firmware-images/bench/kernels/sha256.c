// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) over 4 KiB; the result is compared with the known answer for "abc" first.
#include "bench.h"

#define MESSAGE_BYTES 4096u

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static const uint32_t initial[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static uint8_t message[MESSAGE_BYTES + 64];
static uint32_t hash[8];

static uint32_t rotate_right(uint32_t value, unsigned bits) { return rotate_left(value, 32 - bits); }

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void expand(const uint8_t *block, uint32_t w[64])
{
    for (unsigned i = 0; i < 16; i++)
        w[i] = big_endian(block + 4 * i);
    for (unsigned i = 16; i < 64; i++) {
        const uint32_t small0 = rotate_right(w[i - 15], 7) ^ rotate_right(w[i - 15], 18) ^ w[i - 15] >> 3;
        const uint32_t small1 = rotate_right(w[i - 2], 17) ^ rotate_right(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + small0 + w[i - 7] + small1;
    }
}

static void compress(const uint8_t *block)
{
    uint32_t w[64];
    expand(block, w);
    uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4], f = hash[5], g = hash[6], h = hash[7];
    for (unsigned i = 0; i < 64; i++) {
        const uint32_t big1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
        const uint32_t t1 = h + big1 + ((e & f) ^ (~e & g)) + constants[i] + w[i];
        const uint32_t big0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
        const uint32_t t2 = big0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    hash[0] += a, hash[1] += b, hash[2] += c, hash[3] += d, hash[4] += e, hash[5] += f, hash[6] += g, hash[7] += h;
}

// Hashes the first bytes of the message; the padding goes behind them.
static void sha256(uint32_t bytes)
{
    const uint32_t blocks = (bytes + 9 + 63) / 64;
    for (unsigned i = 0; i < 8; i++)
        hash[i] = initial[i];
    for (uint32_t i = bytes; i < blocks * 64; i++)
        message[i] = 0;
    message[bytes] = 0x80;
    for (unsigned i = 0; i < 4; i++)
        message[blocks * 64 - 1 - i] = (uint8_t)(bytes * 8 >> 8 * i);
    for (uint32_t block = 0; block < blocks; block++)
        compress(message + block * 64);
}

const char kernel_name[] = "sha256";
const uint32_t kernel_checksum = 0xda94a83a;

uint32_t kernel_run(void)
{
    message[0] = 'a', message[1] = 'b', message[2] = 'c';
    sha256(3);
    if (hash[0] != 0xba7816bf || hash[7] != 0xf20015ad)
        return 0;
    for (uint32_t i = 0; i < MESSAGE_BYTES; i++)
        message[i] = (uint8_t)(i * 7 + 3);
    sha256(MESSAGE_BYTES);
    return hash[0] ^ hash[7];
}
