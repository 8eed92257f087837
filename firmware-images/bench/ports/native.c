// SPDX-License-Identifier: Apache-2.0
// A program on the host: iterations from the first argument.
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

void port_print_text(const char *text) { fputs(text, stdout); }

int main(int count, char **arguments)
{
    return bench(count > 1 ? (uint32_t)strtoul(arguments[1], NULL, 10) : 1);
}
