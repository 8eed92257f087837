// SPDX-License-Identifier: Apache-2.0
// uart0: NS16550A, 8 data bits, no parity, FIFOs on.
#pragma once

#include "machine.h"

void uart_init(void);

/// Waits for room, then sends.
void uart_send(uint8_t byte);

/// The next received byte, or -1.
int uart_receive(void);

/// Raises UART0_IRQ while received bytes wait.
void uart_enable_receive_interrupt(void);
