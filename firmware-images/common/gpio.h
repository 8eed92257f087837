// SPDX-License-Identifier: Apache-2.0
// gpio0: SiFive GPIO (FU540-C000 manual, chapter 17), 32 lines.
#pragma once

#include "machine.h"

/// Whether the machine has the controller: QEMU's virt has not.
bool gpio_present(void);

void gpio_make_output(unsigned line, bool level);
void gpio_drive(unsigned line, bool level);

/// An input with pull-up which interrupts (GPIO0_IRQ + line) when it falls.
void gpio_make_button(unsigned line);
void gpio_clear_fall(unsigned line);
