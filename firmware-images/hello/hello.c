// SPDX-License-Identifier: Apache-2.0
// The smallest guest: a greeting, then power off.
#include "console.h"
#include "uart16550.h"

int main(void)
{
    uart_init();
    print("Hello from rv%u.\n", (uint32_t)__riscv_xlen);
    return 0;
}
