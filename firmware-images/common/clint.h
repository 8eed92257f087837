// SPDX-License-Identifier: Apache-2.0
// Core-local interruptor: the time counter (10 MHz) and hart 0's timer interrupt.
#pragma once

#include "machine.h"

uint64_t clint_now(void);

/// Raises the timer interrupt from the moment the counter reaches the deadline.
void clint_set_deadline(uint64_t deadline);

static inline uint64_t milliseconds(uint32_t count) { return (uint64_t)count * (CLINT_HZ / 1000); }
