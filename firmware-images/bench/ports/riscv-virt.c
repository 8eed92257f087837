// SPDX-License-Identifier: Apache-2.0
// virt-rv32, virt-rv64 and QEMU's virt: iterations from parameter word 0.
#include "bench.h"
#include "console.h"
#include "parameters.h"
#include "uart16550.h"

void port_print_text(const char *text) { print("%s", text); }

int main(void)
{
    uart_init();
    return bench(parameter(0, 1));
}
