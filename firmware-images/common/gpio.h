// SPDX-License-Identifier: Apache-2.0
// gpio0: SiFive GPIO (FU540-C000 manual, chapter 17), 32 lines.
#pragma once

#include "machine.h"

/// For a program that drives many lines at once, or one as fast as it can.
#define GPIO_OUTPUT_VALUE 0x0cu

/// Whether the machine has the controller: QEMU's virt has not.
bool gpio_present(void);

void gpio_make_output(unsigned line, bool level);
void gpio_drive(unsigned line, bool level);

/// An input, with pull-up if wanted, which interrupts (GPIO0_IRQ + line) at both edges.
void gpio_make_watched(unsigned line, bool pull_up);
bool gpio_read(unsigned line);
/// Forgets the line's edges; tells whether it rose, or fell, since the last time.
void gpio_take_edges(unsigned line, bool *rose, bool *fell);

/// An input with pull-up which interrupts (GPIO0_IRQ + line) when it falls.
void gpio_make_button(unsigned line);
void gpio_clear_fall(unsigned line);
