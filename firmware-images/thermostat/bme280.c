// SPDX-License-Identifier: Apache-2.0
#include "bme280.h"

enum {
    CALIBRATION_LOW = 0x88, CHIP_ID = 0xd0, CALIBRATION_HIGH = 0xe1, CONTROL_HUMIDITY = 0xf2, STATUS = 0xf3,
    CONTROL_MEASURE = 0xf4, DATA = 0xf7,
};
enum { CALIBRATION_LOW_BYTES = 26, CALIBRATION_HIGH_BYTES = 7, DATA_BYTES = 8 };

#define CHIP_ID_BME280       0x60
#define OVERSAMPLE_ONCE      0x01
#define MEASURE_ALL_ONCE     (OVERSAMPLE_ONCE << 5 | OVERSAMPLE_ONCE << 2 | 0x01) // temperature, pressure, forced mode
#define STATUS_MEASURING     0x08
#define MEASUREMENT_MS       10 // at most 9.3 ms with one sample each: appendix B
#define MEASUREMENT_ATTEMPTS 5

typedef struct {
    uint16_t t1;
    int16_t t2, t3;
    uint16_t p1;
    int16_t p2, p3, p4, p5, p6, p7, p8, p9;
    uint8_t h1, h3;
    int16_t h2, h4, h5;
    int8_t h6;
} calibration;

static uint16_t word_at(const uint8_t *bytes) { return (uint16_t)(bytes[0] | bytes[1] << 8); }
static int16_t signed_word_at(const uint8_t *bytes) { return (int16_t)word_at(bytes); }

// Table 16.
static i2c_status read_calibration(calibration *c)
{
    uint8_t low[CALIBRATION_LOW_BYTES], high[CALIBRATION_HIGH_BYTES];
    i2c_status status = i2c_read_registers(BME280_ADDRESS, CALIBRATION_LOW, low, sizeof low);
    if (status == I2C_OK)
        status = i2c_read_registers(BME280_ADDRESS, CALIBRATION_HIGH, high, sizeof high);
    if (status != I2C_OK)
        return status;

    c->t1 = word_at(low), c->t2 = signed_word_at(low + 2), c->t3 = signed_word_at(low + 4);
    c->p1 = word_at(low + 6);
    int16_t *const pressure[] = { &c->p2, &c->p3, &c->p4, &c->p5, &c->p6, &c->p7, &c->p8, &c->p9 };
    for (unsigned i = 0; i < 8; i++)
        *pressure[i] = signed_word_at(low + 8 + 2 * i);
    c->h1 = low[25];
    c->h2 = signed_word_at(high), c->h3 = high[2];
    c->h4 = (int16_t)((int8_t)high[3] * 16 + (high[4] & 15)); // two 12-bit numbers share a byte
    c->h5 = (int16_t)((int8_t)high[5] * 16 + (high[4] >> 4));
    c->h6 = (int8_t)high[6];
    return I2C_OK;
}

// The three formulas of section 4.2.3 in integers. `fine` is the temperature in 1/5120 degrees, which the others need.
static int32_t fine_temperature(const calibration *c, int32_t raw)
{
    const int32_t linear = ((raw >> 3) - (c->t1 << 1)) * c->t2 >> 11;
    const int32_t offset = (raw >> 4) - c->t1;
    const int32_t square = (offset * offset >> 12) * c->t3 >> 14;
    return linear + square;
}

// In 1/256 pascal.
static uint32_t compensate_pressure(const calibration *c, int32_t raw, int32_t fine)
{
    const int64_t t = (int64_t)fine - 128000;
    const int64_t offset = t * t * c->p6 + t * c->p5 * (1 << 17) + c->p4 * (INT64_C(1) << 35);
    const int64_t slope = (t * t * c->p3 >> 8) + t * c->p2 * (1 << 12);
    const int64_t scale = ((INT64_C(1) << 47) + slope) * c->p1 >> 33;
    if (scale == 0)
        return 0; // a sensor without calibration
    const int64_t p = (((int64_t)(1048576 - raw) << 31) - offset) * 3125 / scale;
    const int64_t square = c->p9 * (p >> 13) * (p >> 13) >> 25;
    const int64_t linear = c->p8 * p >> 19;
    return (uint32_t)(((p + square + linear) >> 8) + c->p7 * 16);
}

// In 1/1024 percent.
static uint32_t compensate_humidity(const calibration *c, int32_t raw, int32_t fine)
{
    const int32_t t = fine - 76800;
    const int32_t level = ((raw << 14) - c->h4 * (1 << 20) - c->h5 * t + (1 << 14)) >> 15;
    const int32_t by_temperature = (t * c->h6 >> 10) * ((t * c->h3 >> 11) + (1 << 15)) >> 10;
    const int32_t slope = ((by_temperature + (1 << 21)) * c->h2 + (1 << 13)) >> 14;
    int32_t humidity = level * slope;
    humidity -= ((humidity >> 15) * (humidity >> 15) >> 7) * c->h1 >> 4;
    if (humidity < 0)
        humidity = 0;
    if (humidity > 100 << 22)
        humidity = 100 << 22;
    return (uint32_t)humidity >> 12;
}

static int32_t raw20(const uint8_t *bytes) { return bytes[0] << 12 | bytes[1] << 4 | bytes[2] >> 4; }

static void compensate(const calibration *c, const uint8_t data[DATA_BYTES], bme280_measurement *result)
{
    const int32_t fine = fine_temperature(c, raw20(data + 3));
    result->temperature_centidegrees = (fine * 5 + 128) >> 8;
    result->pressure_pascal = compensate_pressure(c, raw20(data), fine) >> 8;
    result->humidity_centipercent = (compensate_humidity(c, data[6] << 8 | data[7], fine) * 100) >> 10;
}

static i2c_status start_measurement(void)
{
    i2c_status status = i2c_write_register(BME280_ADDRESS, CONTROL_HUMIDITY, OVERSAMPLE_ONCE);
    return status == I2C_OK ? i2c_write_register(BME280_ADDRESS, CONTROL_MEASURE, MEASURE_ALL_ONCE) : status;
}

static bme280_status read_when_done(uint8_t data[DATA_BYTES], i2c_status *bus, void (*sleep_ms)(uint32_t))
{
    for (unsigned attempt = 0; attempt < MEASUREMENT_ATTEMPTS; attempt++) {
        uint8_t status;
        sleep_ms(MEASUREMENT_MS);
        *bus = i2c_read_registers(BME280_ADDRESS, STATUS, &status, 1);
        if (*bus == I2C_OK && status & STATUS_MEASURING)
            continue;
        if (*bus == I2C_OK)
            *bus = i2c_read_registers(BME280_ADDRESS, DATA, data, DATA_BYTES);
        return *bus == I2C_OK ? BME280_OK : BME280_BUS;
    }
    return BME280_BUSY;
}

bme280_status bme280_measure(bme280_measurement *result, i2c_status *bus, void (*sleep_ms)(uint32_t))
{
    uint8_t id, data[DATA_BYTES];
    calibration calibration;
    *bus = i2c_read_registers(BME280_ADDRESS, CHIP_ID, &id, 1);
    if (*bus == I2C_OK && id != CHIP_ID_BME280)
        return BME280_OTHER_CHIP;
    if (*bus == I2C_OK)
        *bus = read_calibration(&calibration);
    if (*bus == I2C_OK)
        *bus = start_measurement();
    if (*bus != I2C_OK)
        return BME280_BUS;

    bme280_status status = read_when_done(data, bus, sleep_ms);
    if (status == BME280_OK)
        compensate(&calibration, data, result);
    return status;
}
