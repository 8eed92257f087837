// SPDX-License-Identifier: Apache-2.0
// Text on uart0. A newline goes out as CR LF, as terminals on a serial line expect.
#pragma once

#include "machine.h"

/// %s text, %c character, %u unsigned, %d int, %x 8 hex digits, %p pointer, %2 as %u with at least two digits, %%.
/// Integer arguments are 32 bits wide; cast anything else.
void print(const char *format, ...) __attribute__((nonnull));

void print_character(char character);
