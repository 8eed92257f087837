// SPDX-License-Identifier: Apache-2.0
#include "bench.h"

static void print_number(uint32_t value, uint32_t base, unsigned least_digits)
{
    char text[11];
    unsigned at = sizeof text - 1;
    text[at] = '\0';
    do {
        text[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0 || sizeof text - 1 - at < least_digits);
    port_print_text(text + at);
}

static void print_result(uint32_t iterations, uint32_t sum)
{
    port_print_text(kernel_name);
    port_print_text(" ");
    print_number(iterations, 10, 1);
    port_print_text(" ");
    print_number(sum, 16, 8);
}

int bench(uint32_t iterations)
{
    uint32_t sum = 0;
    for (uint32_t i = 1; i <= iterations; i++) {
        const uint32_t checksum = kernel_run();
        sum = fold(sum, checksum);
        if (checksum != kernel_checksum) {
            print_result(iterations, checksum);
            port_print_text(" wrong in iteration ");
            print_number(i, 10, 1);
            port_print_text("\n");
            return 1;
        }
    }
    print_result(iterations, sum);
    port_print_text(" ok\n");
    return 0;
}
