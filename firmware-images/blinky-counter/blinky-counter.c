// SPDX-License-Identifier: Apache-2.0
// Toggles GPIO line 3 in a steady rhythm and says so, one line a beat. Everything happens in the timer interrupt, and
// every deadline is counted from the first: a guest that was held up makes up for the missed beats and loses none.
#include "clint.h"
#include "console.h"
#include "cpu.h"
#include "finisher.h"
#include "gpio.h"
#include "parameters.h"
#include "uart16550.h"

#define LED_LINE 3u

enum { PARAMETER_PERIOD_MS, PARAMETER_BEATS };

static uint64_t first_beat_at;
static uint32_t period_ms, last_beat, beat;
static uint32_t sum = 0x811c9dc5; // FNV-1a over the beat numbers, 32 bits a step
static bool has_gpio;

static void play_beat(void)
{
    beat++;
    sum = (sum ^ beat) * 0x01000193;
    if (has_gpio)
        gpio_drive(LED_LINE, beat & 1);
    print("beat %u level %u sum %x\n", beat, beat & 1, sum);
    if (beat == last_beat)
        finish(0);
    clint_set_deadline(first_beat_at + milliseconds(period_ms) * beat);
}

int main(void)
{
    uart_init();
    period_ms = parameter(PARAMETER_PERIOD_MS, 100);
    last_beat = parameter(PARAMETER_BEATS, 0);
    has_gpio = gpio_present();
    if (has_gpio)
        gpio_make_output(LED_LINE, false);
    print("blinky-counter on rv%u, line %u %s, every %u ms\n", (uint32_t)__riscv_xlen, LED_LINE,
          has_gpio ? "toggles" : "is missing", period_ms);

    first_beat_at = clint_now() + milliseconds(period_ms);
    clint_set_deadline(first_beat_at);
    on_timer_interrupt(play_beat);
    csr_set(mie, MIE_TIMER);
    interrupts_on();
    for (;;)
        wait_for_interrupt();
}
