// SPDX-License-Identifier: Apache-2.0
// A command line taken apart, word by word.
#pragma once

#include "machine.h"

/// The next word, ended where it ends; empty when there is none. Moves the rest on.
char *next_word(char **rest);

bool same_word(const char *left, const char *right);

/// A number, decimal or with 0x; false when the word is none.
bool read_number(const char *word, uint32_t *value);

/// An even number of hex digits as bytes; how many bytes, or 0 when they are none or too many.
unsigned read_bytes(const char *word, uint8_t *bytes, unsigned capacity);
