// SPDX-License-Identifier: Apache-2.0
// CRC-32 whose message, table and running value lie in the same 4 KiB page as the code that writes them, as small
// firmware in RAM has it. A translator that gives up a page's code at every store into the page collapses here.
#include "bench.h"

#define MESSAGE_BYTES 512u

#ifdef MIXED_PAGE // the linker script puts these two sections into one page
#define MIXED_DATA __attribute__((section(".mixed.data")))
#define MIXED_CODE __attribute__((section(".mixed.text"), noinline))
#else // an operating system that keeps code read-only
#define MIXED_DATA
#define MIXED_CODE __attribute__((noinline))
#endif

MIXED_DATA static uint32_t table[256] = { 1 };
MIXED_DATA static uint8_t message[MESSAGE_BYTES] = { 1 };
MIXED_DATA static volatile uint32_t running = 1;

MIXED_CODE static void fill_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t remainder = i;
        for (unsigned bit = 0; bit < 8; bit++)
            remainder = remainder >> 1 ^ (remainder & 1 ? 0xedb88320u : 0);
        table[i] = remainder;
    }
}

MIXED_CODE static void write_message(uint32_t seed)
{
    for (uint32_t i = 0; i < MESSAGE_BYTES; i++)
        message[i] = (uint8_t)(seed + i);
}

MIXED_CODE static uint32_t crc32(const uint8_t *bytes, uint32_t count)
{
    running = 0xffffffffu;
    while (count-- > 0)
        running = running >> 8 ^ table[(running ^ *bytes++) & 0xff];
    return ~running;
}

const char kernel_name[] = "crc32-mixed";
const uint32_t kernel_checksum = 0x89fc9546;

uint32_t kernel_run(void)
{
    uint32_t sum = 0;
    fill_table();
    for (uint32_t round = 0; round < 16; round++) {
        write_message(round);
        sum = fold(sum, crc32(message, MESSAGE_BYTES));
    }
    return sum;
}
