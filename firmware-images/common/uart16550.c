// SPDX-License-Identifier: Apache-2.0
#include "uart16550.h"

enum { DATA = 0, INTERRUPT_ENABLE = 1, FIFO_CONTROL = 2, LINE_CONTROL = 3, LINE_STATUS = 5 };
enum { DIVISOR_LOW = 0, DIVISOR_HIGH = 1 }; // while LINE_CONTROL_DIVISOR is set

#define INTERRUPT_RECEIVED      0x01
#define FIFO_ENABLE_AND_CLEAR   0x07
#define LINE_CONTROL_8N1        0x03
#define LINE_CONTROL_DIVISOR    0x80
#define LINE_STATUS_RECEIVED    0x01
#define LINE_STATUS_SEND_EMPTY  0x20

static volatile uint8_t *const uart = (volatile uint8_t *)UART0_BASE;

void uart_init(void)
{
    uart[INTERRUPT_ENABLE] = 0;
    uart[LINE_CONTROL] = LINE_CONTROL_DIVISOR;
    uart[DIVISOR_LOW] = 2; // 3.6864 MHz / 16 / 2 = 115200
    uart[DIVISOR_HIGH] = 0;
    uart[LINE_CONTROL] = LINE_CONTROL_8N1;
    uart[FIFO_CONTROL] = FIFO_ENABLE_AND_CLEAR;
}

void uart_send(uint8_t byte)
{
    while (!(uart[LINE_STATUS] & LINE_STATUS_SEND_EMPTY)) {
    }
    uart[DATA] = byte;
}

int uart_receive(void)
{
    return uart[LINE_STATUS] & LINE_STATUS_RECEIVED ? uart[DATA] : -1;
}

void uart_enable_receive_interrupt(void) { uart[INTERRUPT_ENABLE] = INTERRUPT_RECEIVED; }
