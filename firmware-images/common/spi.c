// SPDX-License-Identifier: Apache-2.0
#include "spi.h"

enum { DIVIDER = 0x00, MODE = 0x04, CHIP = 0x10, CHIP_MODE = 0x18, FORMAT = 0x40, SEND = 0x48, RECEIVE = 0x4c };

#define BUS_HZ 10000u

#define CHIP_MODE_AUTO 0u
#define CHIP_MODE_HOLD 2u
#define FORMAT_8_BITS  (8u << 16)
#define RECEIVE_EMPTY  (1u << 31)

void spi_init(void)
{
    *register32(SPI0_BASE + DIVIDER) = SPI0_HZ / (2 * BUS_HZ) - 1;
    *register32(SPI0_BASE + MODE) = 0;
    *register32(SPI0_BASE + FORMAT) = FORMAT_8_BITS;
}

static uint8_t receive(void)
{
    uint32_t frame;
    while ((frame = *register32(SPI0_BASE + RECEIVE)) & RECEIVE_EMPTY)
        ;
    return (uint8_t)frame;
}

void spi_exchange(unsigned chip_select, uint8_t *bytes, unsigned count)
{
    enum { FIFO = 8 };
    *register32(SPI0_BASE + CHIP) = chip_select;
    *register32(SPI0_BASE + CHIP_MODE) = CHIP_MODE_HOLD;
    for (unsigned done = 0; done < count; done += FIFO) {
        unsigned load = count - done < FIFO ? count - done : FIFO;
        for (unsigned i = 0; i < load; i++)
            *register32(SPI0_BASE + SEND) = bytes[done + i];
        for (unsigned i = 0; i < load; i++)
            bytes[done + i] = receive();
    }
    *register32(SPI0_BASE + CHIP_MODE) = CHIP_MODE_AUTO;
}
