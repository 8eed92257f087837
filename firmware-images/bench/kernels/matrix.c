// SPDX-License-Identifier: Apache-2.0
// Integer matrices: multiply, transpose, add a constant, with 16-bit elements and 32-bit results.
#include "bench.h"

#define SIZE 40u

static int16_t left[SIZE][SIZE], right[SIZE][SIZE];
static int32_t product[SIZE][SIZE];

static void fill(void)
{
    uint32_t seed = 31415;
    for (unsigned row = 0; row < SIZE; row++)
        for (unsigned column = 0; column < SIZE; column++) {
            left[row][column] = (int16_t)(random32(&seed) >> 20);
            right[row][column] = (int16_t)(random32(&seed) >> 20);
        }
}

static void multiply(void)
{
    for (unsigned row = 0; row < SIZE; row++)
        for (unsigned column = 0; column < SIZE; column++) {
            int32_t sum = 0;
            for (unsigned i = 0; i < SIZE; i++)
                sum += left[row][i] * right[i][column];
            product[row][column] = sum;
        }
}

static void transpose_right(void)
{
    for (unsigned row = 0; row < SIZE; row++)
        for (unsigned column = 0; column < row; column++) {
            const int16_t kept = right[row][column];
            right[row][column] = right[column][row];
            right[column][row] = kept;
        }
}

static void feed_back(int16_t constant)
{
    for (unsigned row = 0; row < SIZE; row++)
        for (unsigned column = 0; column < SIZE; column++)
            left[row][column] = (int16_t)((product[row][column] >> 6 & 0xfff) + constant);
}

const char kernel_name[] = "matrix";
const uint32_t kernel_checksum = 0x78e7c95a;

uint32_t kernel_run(void)
{
    fill();
    uint32_t sum = 0;
    for (int16_t round = 0; round < 4; round++) {
        multiply();
        transpose_right();
        feed_back(round);
        for (unsigned i = 0; i < SIZE; i++)
            sum = fold(sum, (uint32_t)product[i][SIZE - 1 - i]);
    }
    return sum;
}
