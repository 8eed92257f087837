// SPDX-License-Identifier: Apache-2.0
// Strings: searches by Horspool, compares, copies, counts words, base64 there and back.
#include "bench.h"

#define TEXT_BYTES 6000u

static char text[TEXT_BYTES + 1], encoded[TEXT_BYTES / 3 * 4 + 1], decoded[TEXT_BYTES + 1];
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static uint32_t length(const char *string)
{
    const char *end = string;
    while (*end)
        end++;
    return (uint32_t)(end - string);
}

static void write_text(void)
{
    static const char *const words[] = { "board", "machine", "pin", "relay", "never", "miss", "a", "beat", "broker" };
    uint32_t seed = 777, at = 0;
    while (at < TEXT_BYTES) {
        const char *word = words[random32(&seed) % (sizeof words / sizeof words[0])];
        while (*word && at < TEXT_BYTES)
            text[at++] = *word++;
        if (at < TEXT_BYTES)
            text[at++] = ' ';
    }
}

static uint32_t count_occurrences(const char *pattern)
{
    uint8_t skip[256];
    const uint32_t size = length(pattern);
    uint32_t found = 0;
    for (unsigned i = 0; i < 256; i++)
        skip[i] = (uint8_t)size;
    for (uint32_t i = 0; i + 1 < size; i++)
        skip[(uint8_t)pattern[i]] = (uint8_t)(size - 1 - i);
    for (uint32_t at = 0; at + size <= TEXT_BYTES; at += skip[(uint8_t)text[at + size - 1]]) {
        uint32_t left = size;
        while (left > 0 && text[at + left - 1] == pattern[left - 1])
            left--;
        found += left == 0;
    }
    return found;
}

static void encode(void)
{
    char *out = encoded;
    for (uint32_t i = 0; i < TEXT_BYTES; i += 3) {
        const uint32_t group = (uint32_t)(uint8_t)text[i] << 16 | (uint32_t)(uint8_t)text[i + 1] << 8 | (uint8_t)text[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6)
            *out++ = alphabet[group >> shift & 63];
    }
    *out = '\0';
}

static void decode(void)
{
    uint8_t value_of[256];
    char *out = decoded;
    for (uint8_t i = 0; i < 64; i++)
        value_of[(uint8_t)alphabet[i]] = i;
    for (const char *in = encoded; *in; in += 4) {
        uint32_t group = 0;
        for (unsigned i = 0; i < 4; i++)
            group = group << 6 | value_of[(uint8_t)in[i]];
        for (int shift = 16; shift >= 0; shift -= 8)
            *out++ = (char)(group >> shift);
    }
}

const char kernel_name[] = "string";
const uint32_t kernel_checksum = 0xf2de79a3;

uint32_t kernel_run(void)
{
    write_text();
    uint32_t sum = fold(count_occurrences("machine"), count_occurrences("miss a beat"));
    sum = fold(sum, count_occurrences("never reached"));
    encode();
    decode();
    for (uint32_t i = 0; i < TEXT_BYTES; i++)
        if (decoded[i] != text[i])
            return 0;
    return fold(fold(sum, length(encoded)), (uint8_t)encoded[TEXT_BYTES / 2]);
}
