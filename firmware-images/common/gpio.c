// SPDX-License-Identifier: Apache-2.0
#include "gpio.h"
#include "cpu.h"

enum {
    INPUT_ENABLE = 0x04, OUTPUT_ENABLE = 0x08, OUTPUT_VALUE = 0x0c, PULL_UP = 0x10,
    FALL_INTERRUPT_ENABLE = 0x20, FALL_INTERRUPT_PENDING = 0x24,
};

static void set_bit(uint32_t offset, unsigned line, bool value)
{
    volatile uint32_t *target = register32(GPIO0_BASE + offset);
    *target = value ? *target | 1u << line : *target & ~(1u << line);
}

bool gpio_present(void) { return probe32(GPIO0_BASE); }

void gpio_make_output(unsigned line, bool level)
{
    gpio_drive(line, level); // first the level, so that the line never shows another one
    set_bit(OUTPUT_ENABLE, line, true);
}

void gpio_drive(unsigned line, bool level) { set_bit(OUTPUT_VALUE, line, level); }

void gpio_make_button(unsigned line)
{
    set_bit(PULL_UP, line, true);
    set_bit(INPUT_ENABLE, line, true);
    gpio_clear_fall(line);
    set_bit(FALL_INTERRUPT_ENABLE, line, true);
}

void gpio_clear_fall(unsigned line)
{
    *register32(GPIO0_BASE + FALL_INTERRUPT_PENDING) = 1u << line; // write one to clear
}
