// SPDX-License-Identifier: Apache-2.0
// Platform-level interrupt controller, context 0: hart 0 in machine mode.
#pragma once

#include "machine.h"

void plic_enable(uint32_t source);

/// The most urgent pending source, which is now being served; 0 when there is none.
uint32_t plic_claim(void);

void plic_complete(uint32_t source);
