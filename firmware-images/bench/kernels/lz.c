// SPDX-License-Identifier: Apache-2.0
// Dictionary compression: finds earlier matches through a hash table, writes (literal | distance, length) codes, expands
// them again and compares.
#include "bench.h"

#define TEXT_BYTES   4096u
#define HASH_ENTRIES 1024u
#define MATCH_LEAST  4u
#define MATCH_MOST   67u

static uint8_t text[TEXT_BYTES], packed[TEXT_BYTES * 2], unpacked[TEXT_BYTES];
static uint16_t last_seen[HASH_ENTRIES]; // position + 1

static void write_text(void) // pieces of what came before, and something new now and then
{
    uint32_t seed = 88;
    for (uint32_t at = 0; at < TEXT_BYTES;) {
        const uint32_t r = random32(&seed);
        uint32_t length = 3 + (r & 15);
        const bool repeat = at > 64 && (r >> 4 & 3) != 0;
        const uint32_t from = repeat ? (r >> 8) % (at - 32) : 0;
        for (uint32_t i = 0; i < length && at < TEXT_BYTES; i++, at++)
            text[at] = repeat ? text[from + i] : (uint8_t)(random32(&seed) >> 25);
    }
}

static uint32_t hash_at(uint32_t at)
{
    const uint32_t word = (uint32_t)text[at] | (uint32_t)text[at + 1] << 8 | (uint32_t)text[at + 2] << 16 | (uint32_t)text[at + 3] << 24;
    return word * 0x9e3779b1u >> 22;
}

static uint32_t match_length(uint32_t from, uint32_t at)
{
    uint32_t length = 0;
    while (length < MATCH_MOST && at + length < TEXT_BYTES && text[from + length] == text[at + length])
        length++;
    return length;
}

static uint32_t pack(void)
{
    uint32_t out = 0;
    for (unsigned i = 0; i < HASH_ENTRIES; i++)
        last_seen[i] = 0;
    for (uint32_t at = 0; at < TEXT_BYTES;) {
        uint32_t length = 0, from = 0;
        if (at + MATCH_LEAST <= TEXT_BYTES) {
            uint16_t *entry = &last_seen[hash_at(at)];
            from = *entry - 1u;
            length = *entry != 0 ? match_length(from, at) : 0;
            *entry = (uint16_t)(at + 1);
        }
        if (length < MATCH_LEAST) {
            packed[out++] = text[at++]; // literals are below 0x80
            continue;
        }
        packed[out++] = (uint8_t)(0x80 | (length - MATCH_LEAST));
        packed[out++] = (uint8_t)(at - from);
        packed[out++] = (uint8_t)((at - from) >> 8);
        at += length;
    }
    return out;
}

static uint32_t unpack(uint32_t size)
{
    uint32_t out = 0;
    for (uint32_t in = 0; in < size;) {
        const uint8_t code = packed[in++];
        if (code < 0x80) {
            unpacked[out++] = code;
            continue;
        }
        const uint32_t distance = (uint32_t)packed[in] | (uint32_t)packed[in + 1] << 8;
        in += 2;
        for (uint32_t left = (code & 0x7fu) + MATCH_LEAST; left > 0; left--, out++)
            unpacked[out] = unpacked[out - distance];
    }
    return out;
}

const char kernel_name[] = "lz";
const uint32_t kernel_checksum = 0xb15cf986;

uint32_t kernel_run(void)
{
    write_text();
    const uint32_t size = pack();
    if (unpack(size) != TEXT_BYTES)
        return 0;
    uint32_t sum = size;
    for (uint32_t i = 0; i < TEXT_BYTES; i++) {
        if (unpacked[i] != text[i])
            return 0;
        sum = fold(sum, i < size ? packed[i] : 0);
    }
    return sum;
}
