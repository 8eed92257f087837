// SPDX-License-Identifier: Apache-2.0
// Bosch BME280, temperature, humidity and pressure on I2C. Data sheet BST-BME280-DS002, sections 4.2 and 5.
#pragma once

#include "i2c.h"

#define BME280_ADDRESS 0x76

typedef struct {
    int32_t temperature_centidegrees;  // Celsius
    uint32_t humidity_centipercent;
    uint32_t pressure_pascal;
} bme280_measurement;

typedef enum {
    BME280_OK,
    BME280_BUS,       // see i2c_status
    BME280_OTHER_CHIP, // something else answers at the address
    BME280_BUSY,      // the measurement never ends
} bme280_status;

/// Takes one measurement in forced mode. Reads the calibration each time: between two measurements the machine may have
/// moved to another board, whose sensor has another one.
/// @param sleep_ms waits while the sensor measures
bme280_status bme280_measure(bme280_measurement *result, i2c_status *bus, void (*sleep_ms)(uint32_t));
