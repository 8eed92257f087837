// SPDX-License-Identifier: Apache-2.0
// The memory map of virt-rv32 and virt-rv64: QEMU's `virt`, with SiFive FU540 and OpenCores peripherals added.
// Keep in step with boards/machines/virt-rv32.yaml and virt-rv64.yaml.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FINISHER_BASE 0x00100000u
#define CLINT_BASE    0x02000000u
#define PLIC_BASE     0x0c000000u
#define UART0_BASE    0x10000000u
#define UART1_BASE    0x10010000u
#define PWM0_BASE     0x10020000u
#define I2C0_BASE     0x10030000u
#define SPI0_BASE     0x10040000u
#define GPIO0_BASE    0x10060000u

#define CLINT_HZ 10000000u // mtime
#define I2C0_HZ  50000000u // the controllers' input clock
#define SPI0_HZ  50000000u
#define PWM0_HZ  50000000u

#define UART0_IRQ 10u
#define GPIO0_IRQ 32u // of line 0; line n is 32 + n
#define I2C0_IRQ  69u
#define UART1_IRQ 70u

static inline volatile uint32_t *register32(uintptr_t address)
{
    return (volatile uint32_t *)address;
}

static inline volatile uint8_t *register8(uintptr_t address)
{
    return (volatile uint8_t *)address;
}
