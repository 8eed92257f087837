// SPDX-License-Identifier: Apache-2.0
// Keeps a room warm: reads a BME280 each second, switches a heater's relay with hysteresis, and logs. A button raises
// the set point. When the sensor fails, the relay goes off, the log says why, and the next second tries again.
#include "bme280.h"
#include "clint.h"
#include "console.h"
#include "cpu.h"
#include "finisher.h"
#include "gpio.h"
#include "i2c.h"
#include "parameters.h"
#include "plic.h"
#include "uart16550.h"

enum { PARAMETER_SET_POINT, PARAMETER_PERIOD_MS, PARAMETER_READINGS };

#define RELAY_LINE  4u
#define BUTTON_LINE 5u

// Temperatures in hundredths of a degree Celsius.
#define HYSTERESIS    25
#define SET_POINT     2200
#define SET_POINT_MIN 1800
#define SET_POINT_MAX 2600
#define BUTTON_STEP   50

#define DEBOUNCE_MS 50

static int32_t set_point;
static bool relay_on;
static uint32_t failures;        // readings in a row
static volatile uint32_t presses; // counted by the interrupt, served by the main loop
static uint64_t last_press_at;

static void press_button(void)
{
    const uint64_t now = clint_now();
    gpio_clear_fall(BUTTON_LINE);
    if (presses == 0 || now - last_press_at >= milliseconds(DEBOUNCE_MS))
        presses++;
    last_press_at = now;
}

static void serve_device(void)
{
    const uint32_t source = plic_claim();
    if (source == GPIO0_IRQ + BUTTON_LINE)
        press_button();
    else if (source == I2C0_IRQ)
        i2c_on_interrupt();
    plic_complete(source);
}

static void pass_deadline(void) { clint_set_deadline(UINT64_MAX); }

// Also ends at a press of the button.
static void sleep_until(uint64_t deadline, uint32_t presses_served)
{
    clint_set_deadline(deadline);
    interrupts_off();
    while (clint_now() < deadline && presses == presses_served)
        sleep_with_interrupts_off();
    interrupts_on();
}

static void sleep_ms(uint32_t count)
{
    const uint64_t deadline = clint_now() + milliseconds(count);
    while (clint_now() < deadline)
        sleep_until(deadline, presses);
}

static void print_hundredths(int32_t value)
{
    const uint32_t magnitude = (uint32_t)(value < 0 ? -value : value);
    print("%s%u.%2", value < 0 ? "-" : "", magnitude / 100, magnitude % 100);
}

static void switch_relay(bool on)
{
    relay_on = on;
    gpio_drive(RELAY_LINE, on);
}

static void report(uint32_t reading, const bme280_measurement *measured)
{
    print("reading %u temperature ", reading);
    print_hundredths(measured->temperature_centidegrees);
    print(" humidity ");
    print_hundredths((int32_t)measured->humidity_centipercent);
    print(" pressure ");
    print_hundredths((int32_t)measured->pressure_pascal);
    print(" set ");
    print_hundredths(set_point);
    print(" relay %s\n", relay_on ? "on" : "off");
}

static void report_failure(uint32_t reading, bme280_status status, i2c_status bus)
{
    const char *reason = status == BME280_BUS ? i2c_status_text(bus)
        : status == BME280_OTHER_CHIP         ? "not a BME280"
                                              : "measurement never ends";
    print("reading %u failed: %s from the sensor at i2c0/0x%c%c, relay off, trying again\n", reading, reason,
          '0' + (BME280_ADDRESS >> 4), '0' + (BME280_ADDRESS & 15));
}

static void regulate(uint32_t reading)
{
    bme280_measurement measured;
    i2c_status bus;
    const bme280_status status = bme280_measure(&measured, &bus, sleep_ms);
    if (status != BME280_OK) {
        switch_relay(false); // nobody watches the room: rather cold than on fire
        failures++;
        report_failure(reading, status, bus);
        return;
    }
    if (failures > 0)
        print("sensor answers again after %u failed readings\n", failures);
    failures = 0;
    if (measured.temperature_centidegrees <= set_point - HYSTERESIS)
        switch_relay(true);
    else if (measured.temperature_centidegrees >= set_point + HYSTERESIS)
        switch_relay(false);
    report(reading, &measured);
}

static void serve_button(void)
{
    set_point = set_point + BUTTON_STEP > SET_POINT_MAX ? SET_POINT_MIN : set_point + BUTTON_STEP;
    print("button set ");
    print_hundredths(set_point);
    print("\n");
}

static void init_devices(void)
{
    gpio_make_output(RELAY_LINE, false);
    gpio_make_button(BUTTON_LINE);
    i2c_init();
    on_timer_interrupt(pass_deadline);
    on_external_interrupt(serve_device);
    plic_enable(GPIO0_IRQ + BUTTON_LINE);
    plic_enable(I2C0_IRQ);
    csr_set(mie, MIE_TIMER | MIE_EXTERNAL);
    interrupts_on();
}

int main(void)
{
    uart_init();
    if (!gpio_present() || !i2c_present()) {
        print("thermostat: this machine has no gpio0 or no i2c0\n");
        return 1;
    }
    const uint32_t period_ms = parameter(PARAMETER_PERIOD_MS, 1000), readings = parameter(PARAMETER_READINGS, 0);
    set_point = (int32_t)parameter(PARAMETER_SET_POINT, SET_POINT);
    pass_deadline();
    init_devices();
    print("thermostat on rv%u, relay on line %u, button on line %u\n", (uint32_t)__riscv_xlen, RELAY_LINE, BUTTON_LINE);

    const uint64_t started_at = clint_now();
    uint32_t presses_served = 0;
    for (uint32_t reading = 1;; reading++) {
        regulate(reading);
        if (reading == readings)
            finish(0);
        const uint64_t next_at = started_at + milliseconds(period_ms) * reading;
        while (clint_now() < next_at || presses != presses_served) {
            for (; presses_served != presses; presses_served++)
                serve_button();
            sleep_until(next_at, presses_served);
        }
    }
}
