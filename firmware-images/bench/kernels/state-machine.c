// SPDX-License-Identifier: Apache-2.0
// A state machine: splits a text into words, integers, decimals, hexadecimals, strings and errors, byte by byte.
#include "bench.h"

typedef enum { START, WORD, ZERO, INTEGER, POINT, DECIMAL, EXPONENT, HEX, STRING, ESCAPE, BAD, STATES } state;

#define TEXT_BYTES 4096u

static char text[TEXT_BYTES];
static uint32_t ended_in[STATES], visits[STATES];

static const char *const samples[] = {
    "alpha", "0x1f9a", "12.75", "3e8", "77", "\"a \\\"quoted\\\" text\"", "0", "9z", "_x1", "0x", "1.5e3", "\"open",
};

static void write_text(void)
{
    uint32_t seed = 4711, at = 0;
    while (at < TEXT_BYTES) {
        const char *sample = samples[random32(&seed) % (sizeof samples / sizeof samples[0])];
        while (*sample && at < TEXT_BYTES)
            text[at++] = *sample++;
        if (at < TEXT_BYTES)
            text[at++] = random32(&seed) & 7 ? ' ' : '\n';
    }
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

static state first(char c)
{
    if (c == '0')
        return ZERO;
    if (is_digit(c))
        return INTEGER;
    if (is_letter(c))
        return WORD;
    return c == '"' ? STRING : BAD;
}

static state next(state now, char c)
{
    switch (now) {
    case START: return first(c);
    case WORD: return is_letter(c) || is_digit(c) ? WORD : BAD;
    case ZERO: return c == 'x' ? HEX : c == '.' ? POINT : is_digit(c) ? INTEGER : BAD;
    case INTEGER: return is_digit(c) ? INTEGER : c == '.' ? POINT : c == 'e' ? EXPONENT : BAD;
    case POINT: return is_digit(c) ? DECIMAL : BAD;
    case DECIMAL: return is_digit(c) ? DECIMAL : c == 'e' ? EXPONENT : BAD;
    case EXPONENT: return is_digit(c) ? EXPONENT : BAD;
    case HEX: return is_hex(c) ? HEX : BAD;
    case STRING: return c == '\\' ? ESCAPE : c == '"' ? START : STRING;
    case ESCAPE: return STRING;
    default: return BAD;
    }
}

static bool separates(state now, char c) { return c == '\n' || (c == ' ' && now != STRING && now != ESCAPE); }

const char kernel_name[] = "state-machine";
const uint32_t kernel_checksum = 0x2577eaaf;

uint32_t kernel_run(void)
{
    write_text();
    for (unsigned i = 0; i < STATES; i++)
        ended_in[i] = visits[i] = 0;
    for (unsigned round = 0; round < 8; round++) {
        state now = START;
        for (uint32_t i = 0; i < TEXT_BYTES; i++) {
            const bool end = separates(now, text[i]);
            if (end)
                ended_in[now]++;
            now = end ? START : next(now, text[i]);
            visits[now]++;
        }
        text[round * 97u] ^= 1; // no two rounds read the same text
    }
    uint32_t sum = 0;
    for (unsigned i = 0; i < STATES; i++)
        sum = fold(fold(sum, ended_in[i]), visits[i]);
    return sum;
}
