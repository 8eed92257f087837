// SPDX-License-Identifier: Apache-2.0
// i2c0: OpenCores I2C master (specification 0.9), registers 4 bytes apart as in the FU540.
#pragma once

#include "machine.h"

typedef enum {
    I2C_OK,
    I2C_NO_ANSWER,        // nothing acknowledged the address or a byte
    I2C_TIMEOUT,          // a byte took longer than I2C_TIMEOUT_MS
    I2C_ARBITRATION_LOST, // another master, or a stuck line
} i2c_status;

/// Long enough for a bus on another board, reached over the network.
#define I2C_TIMEOUT_MS 1000u

bool i2c_present(void);

/// 100 kHz. A transfer sleeps until the controller's interrupt or the timer's, which it sets as its deadline: the
/// program has both enabled, calls i2c_on_interrupt for I2C0_IRQ, and moves the deadline away in the timer interrupt.
void i2c_init(void);

void i2c_on_interrupt(void);

/// Writes a register number, then reads that many bytes after a repeated start.
i2c_status i2c_read_registers(uint8_t address, uint8_t first, uint8_t *bytes, unsigned count);

i2c_status i2c_write_register(uint8_t address, uint8_t number, uint8_t value);

const char *i2c_status_text(i2c_status status);
