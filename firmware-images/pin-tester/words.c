// SPDX-License-Identifier: Apache-2.0
#include "words.h"

char *next_word(char **rest)
{
    while (**rest == ' ')
        (*rest)++;
    char *word = *rest;
    while (**rest && **rest != ' ')
        (*rest)++;
    if (**rest)
        *(*rest)++ = '\0';
    return word;
}

bool same_word(const char *left, const char *right)
{
    while (*left && *left == *right)
        left++, right++;
    return *left == *right;
}

static int digit_of(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'a' && character <= 'f')
        return character - 'a' + 10;
    return 16;
}

bool read_number(const char *word, uint32_t *value)
{
    const bool is_hex = word[0] == '0' && word[1] == 'x';
    const int base = is_hex ? 16 : 10;
    const char *digits = is_hex ? word + 2 : word;
    *value = 0;
    for (const char *p = digits; *p; p++) {
        const int digit = digit_of(*p);
        if (digit >= base)
            return false;
        *value = *value * (uint32_t)base + (uint32_t)digit;
    }
    return *digits != '\0';
}

unsigned read_bytes(const char *word, uint8_t *bytes, unsigned capacity)
{
    unsigned count = 0;
    for (; word[0]; word += 2) {
        const int high = digit_of(word[0]), low = word[1] ? digit_of(word[1]) : 16;
        if (high > 15 || low > 15 || count == capacity)
            return 0;
        bytes[count++] = (uint8_t)(high << 4 | low);
    }
    return count;
}
