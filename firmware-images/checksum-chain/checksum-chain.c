// SPDX-License-Identifier: Apache-2.0
// Dirties memory at a steady rate and chains a checksum over what it finds there: a page lost, stale or torn on the way
// to another board changes every sum that follows. The sum after a step depends on the area and the step's number
// alone, never on time, so it can be computed elsewhere and compared.
#include "clint.h"
#include "console.h"
#include "cpu.h"
#include "finisher.h"
#include "parameters.h"
#include "uart16550.h"

enum { PARAMETER_AREA_KIB, PARAMETER_PAGES_PER_SECOND, PARAMETER_STEPS_PER_LINE, PARAMETER_LINES };

#define PAGE_WORDS 1024u
#define TICK_MS    10u

extern uint32_t __ram_end[]; // guest.ld: the end of the RAM which the program itself uses

static uint32_t area_pages, pages_per_second, steps_per_line, last_line;
static uint32_t step, sum = 1;
static uint64_t started_at;

static uint32_t mix(uint32_t value) // every bit of the argument reaches every bit of the result
{
    value = (value ^ value >> 16) * 0x7feb352du;
    value = (value ^ value >> 15) * 0x846ca68bu;
    return value ^ value >> 16;
}

// Pages are visited in a scattered order; each word read goes into the sum, and the sum goes into each word written.
static void dirty_one_page(void)
{
    uint32_t *page = __ram_end + mix(step) % area_pages * PAGE_WORDS;
    for (unsigned i = 0; i < PAGE_WORDS; i++) {
        sum = (sum << 5 | sum >> 27) + page[i] + i;
        page[i] = sum * 0x9e3779b1u;
    }
    step++;
}

static void report(void)
{
    print("step %u sum %x\n", step, sum);
    if (step / steps_per_line == last_line)
        finish(0);
}

// All steps that are due by now: a guest that was held up catches up.
static void tick(void)
{
    uint64_t elapsed_ticks = (clint_now() - started_at) / milliseconds(TICK_MS);
    uint32_t due = (uint32_t)(elapsed_ticks * pages_per_second / (1000 / TICK_MS));
    while (step != due) {
        dirty_one_page();
        if (step % steps_per_line == 0)
            report();
    }
    clint_set_deadline(started_at + milliseconds(TICK_MS) * (elapsed_ticks + 1));
}

// A machine that was restarted keeps its RAM, and the sums start from zeros.
static void clear_area(void)
{
    for (uint32_t i = 0; i < area_pages * PAGE_WORDS; i++)
        __ram_end[i] = 0;
}

int main(void)
{
    uart_init();
    area_pages = parameter(PARAMETER_AREA_KIB, 1024) / 4;
    pages_per_second = parameter(PARAMETER_PAGES_PER_SECOND, 256);
    steps_per_line = parameter(PARAMETER_STEPS_PER_LINE, pages_per_second);
    last_line = parameter(PARAMETER_LINES, 0);
    print("checksum-chain on rv%u, %u pages, %u pages a second, a line every %u steps\n", (uint32_t)__riscv_xlen,
          area_pages, pages_per_second, steps_per_line);

    if (!probe32((uintptr_t)(__ram_end + area_pages * PAGE_WORDS) - 4)) {
        print("checksum-chain: needs %u KiB of memory\n", 1024 + area_pages * 4);
        return 1;
    }
    clear_area();

    started_at = clint_now();
    on_timer_interrupt(tick);
    clint_set_deadline(started_at);
    csr_set(mie, MIE_TIMER);
    interrupts_on();
    for (;;)
        wait_for_interrupt();
}
