// SPDX-License-Identifier: Apache-2.0
// The four functions which the compiler may call by itself.
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict target, const void *restrict source, size_t count)
{
    uint8_t *to = target;
    const uint8_t *from = source;
    while (count-- > 0)
        *to++ = *from++;
    return target;
}

void *memmove(void *target, const void *source, size_t count)
{
    uint8_t *to = target;
    const uint8_t *from = source;
    if (to <= from)
        return memcpy(target, source, count);
    while (count-- > 0)
        to[count] = from[count];
    return target;
}

void *memset(void *target, int value, size_t count)
{
    uint8_t *to = target;
    while (count-- > 0)
        *to++ = (uint8_t)value;
    return target;
}

int memcmp(const void *left, const void *right, size_t count)
{
    const uint8_t *a = left, *b = right;
    for (; count > 0; count--, a++, b++)
        if (*a != *b)
            return *a - *b;
    return 0;
}
