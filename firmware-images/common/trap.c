// SPDX-License-Identifier: Apache-2.0
#include "console.h"
#include "cpu.h"
#include "finisher.h"

#define CAUSE_INTERRUPT   (~(UINTPTR_MAX >> 1))
#define CAUSE_M_TIMER     (CAUSE_INTERRUPT | 7)
#define CAUSE_M_EXTERNAL  (CAUSE_INTERRUPT | 11)
#define CAUSE_LOAD_ACCESS 5

static void (*timer_handler)(void);
static void (*external_handler)(void);

extern const char probe_load[], probe_failed[]; // start.S

void on_timer_interrupt(void (*handler)(void)) { timer_handler = handler; }
void on_external_interrupt(void (*handler)(void)) { external_handler = handler; }

static const char *cause_name(uintptr_t cause)
{
    static const char *const names[] = {
        "instruction address misaligned", "instruction access fault", "illegal instruction", "breakpoint",
        "load address misaligned", "load access fault", "store address misaligned", "store access fault",
    };
    return cause < sizeof names / sizeof names[0] ? names[cause] : "unexpected trap";
}

uintptr_t trap_dispatch(uintptr_t cause, uintptr_t pc, uintptr_t value)
{
    if (cause == CAUSE_M_TIMER && timer_handler) {
        timer_handler();
        return pc;
    }
    if (cause == CAUSE_M_EXTERNAL && external_handler) {
        external_handler();
        return pc;
    }
    if (cause == CAUSE_LOAD_ACCESS && pc == (uintptr_t)probe_load)
        return (uintptr_t)probe_failed;

    print("trap: %s, cause %u, pc %p, value %p\n", cause_name(cause), (unsigned)(cause & 0xff), pc, value);
    finish(1);
}
