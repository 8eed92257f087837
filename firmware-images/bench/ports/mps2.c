// SPDX-License-Identifier: Apache-2.0
// mps2-an385 and its kin, and QEMU's: iterations from the word at 0x800, text to UART0, the verdict by semihosting.
#include "bench.h"

#define UART0_DATA    (*(volatile uint32_t *)0x40004000u)
#define UART0_STATE   (*(volatile uint32_t *)0x40004004u)
#define UART0_CONTROL (*(volatile uint32_t *)0x40004008u)
#define UART0_DIVIDER (*(volatile uint32_t *)0x40004010u)
#define TRANSMIT_FULL 1u
#define TRANSMIT_ENABLE 1u

#define SYS_EXIT_EXTENDED 0x20u
#define APPLICATION_EXIT 0x20026u

extern uint8_t stack_top[], bss_start[], bss_end[];
extern const volatile uint32_t iterations_wanted; // in no segment: whoever loads the image writes it

static void reset(void);
static void fault(void);

// Armv7-M Architecture Reference Manual, B1.5.3.
__attribute__((section(".vectors"), used)) static void *const vectors[16] = {
    stack_top, (void *)reset, (void *)fault, (void *)fault, (void *)fault, (void *)fault, (void *)fault,
};

void port_print_text(const char *text)
{
    for (; *text; text++) {
        while (UART0_STATE & TRANSMIT_FULL) {
        }
        UART0_DATA = (uint8_t)*text;
    }
}

_Noreturn static void finish(uint32_t code)
{
    const uint32_t arguments[2] = { APPLICATION_EXIT, code };
    register uint32_t operation __asm__("r0") = SYS_EXIT_EXTENDED;
    register const uint32_t *argument __asm__("r1") = arguments;
    __asm__ volatile("bkpt 0xab" : "+r"(operation) : "r"(argument) : "memory");
    for (;;) {
    }
}

static void fault(void)
{
    port_print_text("fault\n");
    finish(1);
}

static void reset(void)
{
    for (uint32_t *word = (uint32_t *)bss_start; word < (uint32_t *)bss_end; word++)
        *word = 0;
    UART0_DIVIDER = 16;
    UART0_CONTROL = TRANSMIT_ENABLE;
    finish((uint32_t)bench(iterations_wanted ? iterations_wanted : 1));
}
