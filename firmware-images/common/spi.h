// SPDX-License-Identifier: Apache-2.0
// spi0: SiFive SPI (FU540-C000 manual, chapter 19), one line each way, 8-bit frames, most significant bit first.
#pragma once

#include "machine.h"

/// 10 kHz, mode 0: slow enough that the bytes of an exchange wait for each other, and go out as one message.
void spi_init(void);

/// Selects the chip, exchanges the bytes in place, and lets go of it.
void spi_exchange(unsigned chip_select, uint8_t *bytes, unsigned count);
