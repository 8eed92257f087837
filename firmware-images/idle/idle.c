// SPDX-License-Identifier: Apache-2.0
// Says that it is there, then waits for an interrupt that never comes: what a machine costs that has nothing to do.
#include "console.h"
#include "cpu.h"
#include "uart16550.h"

int main(void)
{
    uart_init();
    print("idle on rv%u\n", (uint32_t)__riscv_xlen);
    for (;;)
        wait_for_interrupt();
}
