// SPDX-License-Identifier: Apache-2.0
#include "gpio.h"
#include "cpu.h"

enum {
    INPUT_VALUE = 0x00, INPUT_ENABLE = 0x04, OUTPUT_ENABLE = 0x08, OUTPUT_VALUE = GPIO_OUTPUT_VALUE, PULL_UP = 0x10,
    RISE_INTERRUPT_ENABLE = 0x18, RISE_INTERRUPT_PENDING = 0x1c,
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

bool gpio_read(unsigned line) { return *register32(GPIO0_BASE + INPUT_VALUE) >> line & 1; }

static bool take(uint32_t pending, unsigned line)
{
    const bool is_pending = *register32(GPIO0_BASE + pending) >> line & 1;
    if (is_pending)
        *register32(GPIO0_BASE + pending) = 1u << line;
    return is_pending;
}

void gpio_take_edges(unsigned line, bool *rose, bool *fell)
{
    *rose = take(RISE_INTERRUPT_PENDING, line);
    *fell = take(FALL_INTERRUPT_PENDING, line);
}

void gpio_make_watched(unsigned line, bool pull_up)
{
    bool rose, fell;
    set_bit(OUTPUT_ENABLE, line, false);
    set_bit(PULL_UP, line, pull_up);
    set_bit(INPUT_ENABLE, line, true);
    gpio_take_edges(line, &rose, &fell);
    set_bit(RISE_INTERRUPT_ENABLE, line, true);
    set_bit(FALL_INTERRUPT_ENABLE, line, true);
}
