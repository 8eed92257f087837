// SPDX-License-Identifier: Apache-2.0
#include "i2c.h"
#include "clint.h"
#include "cpu.h"

enum { PRESCALE_LOW = 0x00, PRESCALE_HIGH = 0x04, CONTROL = 0x08, DATA = 0x0c, COMMAND = 0x10, STATUS = 0x10 };

#define BUS_HZ 100000u

#define CONTROL_ENABLE           0x80
#define CONTROL_INTERRUPT_ENABLE 0x40

#define COMMAND_START       0x80
#define COMMAND_STOP        0x40
#define COMMAND_READ        0x20
#define COMMAND_WRITE       0x10
#define COMMAND_NACK        0x08 // answer to a byte read
#define COMMAND_ACKNOWLEDGE 0x01 // the interrupt

#define STATUS_NACK             0x80
#define STATUS_ARBITRATION_LOST 0x20
#define STATUS_IN_PROGRESS      0x02

enum { DIRECTION_WRITE = 0, DIRECTION_READ = 1 };

bool i2c_present(void) { return probe32(I2C0_BASE); }

void i2c_init(void)
{
    const uint32_t prescale = I2C0_HZ / (5 * BUS_HZ) - 1; // specification 0.9, 3.2.1
    *register8(I2C0_BASE + CONTROL) = 0;
    *register8(I2C0_BASE + PRESCALE_LOW) = (uint8_t)prescale;
    *register8(I2C0_BASE + PRESCALE_HIGH) = (uint8_t)(prescale >> 8);
    *register8(I2C0_BASE + CONTROL) = CONTROL_ENABLE | CONTROL_INTERRUPT_ENABLE;
}

static bool in_progress(void) { return *register8(I2C0_BASE + STATUS) & STATUS_IN_PROGRESS; }

void i2c_on_interrupt(void)
{
    if (!in_progress()) // a command register write in mid-byte would break the byte off
        *register8(I2C0_BASE + COMMAND) = COMMAND_ACKNOWLEDGE;
}

static bool wait_until_done(void)
{
    const uint64_t deadline = clint_now() + milliseconds(I2C_TIMEOUT_MS);
    clint_set_deadline(deadline);
    interrupts_off();
    while (in_progress() && clint_now() < deadline)
        sleep_with_interrupts_off();
    interrupts_on();
    return !in_progress();
}

static i2c_status command(uint8_t bits)
{
    *register8(I2C0_BASE + COMMAND) = bits | COMMAND_ACKNOWLEDGE;
    if (!wait_until_done())
        return I2C_TIMEOUT;
    const uint8_t status = *register8(I2C0_BASE + STATUS);
    *register8(I2C0_BASE + COMMAND) = COMMAND_ACKNOWLEDGE;
    if (status & STATUS_ARBITRATION_LOST)
        return I2C_ARBITRATION_LOST;
    return bits & COMMAND_WRITE && status & STATUS_NACK ? I2C_NO_ANSWER : I2C_OK;
}

static i2c_status send(uint8_t byte, uint8_t flags)
{
    *register8(I2C0_BASE + DATA) = byte;
    return command(COMMAND_WRITE | flags);
}

// Frees the bus after a failure: a stop, and the controller from its reset state when even that hangs.
static i2c_status give_up(i2c_status reason)
{
    if (reason == I2C_TIMEOUT || command(COMMAND_STOP) == I2C_TIMEOUT)
        i2c_init();
    return reason;
}

static i2c_status select_register(uint8_t address, uint8_t number, uint8_t last_flags)
{
    i2c_status status = send((uint8_t)(address << 1 | DIRECTION_WRITE), COMMAND_START);
    return status == I2C_OK ? send(number, last_flags) : status;
}

i2c_status i2c_write_register(uint8_t address, uint8_t number, uint8_t value)
{
    i2c_status status = select_register(address, number, 0);
    if (status == I2C_OK)
        status = send(value, COMMAND_STOP);
    return status == I2C_OK ? I2C_OK : give_up(status);
}

i2c_status i2c_read_registers(uint8_t address, uint8_t first, uint8_t *bytes, unsigned count)
{
    i2c_status status = select_register(address, first, 0);
    if (status == I2C_OK)
        status = send((uint8_t)(address << 1 | DIRECTION_READ), COMMAND_START);
    for (unsigned i = 0; i < count && status == I2C_OK; i++) {
        status = command(COMMAND_READ | (i + 1 == count ? COMMAND_NACK | COMMAND_STOP : 0));
        bytes[i] = *register8(I2C0_BASE + DATA);
    }
    return status == I2C_OK ? I2C_OK : give_up(status);
}

const char *i2c_status_text(i2c_status status)
{
    switch (status) {
    case I2C_OK: return "ok";
    case I2C_NO_ANSWER: return "no answer";
    case I2C_TIMEOUT: return "timeout";
    default: return "arbitration lost";
    }
}
