// SPDX-License-Identifier: Apache-2.0
// Image processing on 8-bit grey: smoothing by a 3x3 kernel, edges by Sobel, halving, and a histogram.
#include "bench.h"

#define WIDTH  96
#define HEIGHT 64

static uint8_t picture[HEIGHT][WIDTH], smooth[HEIGHT][WIDTH], edges[HEIGHT][WIDTH], half[HEIGHT / 2][WIDTH / 2];

static void draw(void)
{
    uint32_t seed = 12;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const int dx = x - 40, dy = y - 30;
            const int disc = dx * dx + dy * dy < 400 ? 140 : 20;
            picture[y][x] = (uint8_t)(disc + (int)(random32(&seed) >> 26));
        }
}

static void smoothen(void)
{
    static const int weights[3][3] = { { 1, 2, 1 }, { 2, 4, 2 }, { 1, 2, 1 } };
    for (int y = 1; y < HEIGHT - 1; y++)
        for (int x = 1; x < WIDTH - 1; x++) {
            int sum = 0;
            for (int j = 0; j < 3; j++)
                for (int i = 0; i < 3; i++)
                    sum += weights[j][i] * picture[y + j - 1][x + i - 1];
            smooth[y][x] = (uint8_t)(sum / 16);
        }
}

static int magnitude(int value) { return value < 0 ? -value : value; }

static void find_edges(void)
{
    for (int y = 1; y < HEIGHT - 1; y++)
        for (int x = 1; x < WIDTH - 1; x++) {
            const uint8_t *above = &smooth[y - 1][x], *row = &smooth[y][x], *below = &smooth[y + 1][x];
            const int across = above[1] + 2 * row[1] + below[1] - above[-1] - 2 * row[-1] - below[-1];
            const int down = below[-1] + 2 * below[0] + below[1] - above[-1] - 2 * above[0] - above[1];
            const int strength = magnitude(across) + magnitude(down);
            edges[y][x] = (uint8_t)(strength > 255 ? 255 : strength);
        }
}

static void halve(void)
{
    for (int y = 0; y < HEIGHT / 2; y++)
        for (int x = 0; x < WIDTH / 2; x++)
            half[y][x] = (uint8_t)((smooth[2 * y][2 * x] + smooth[2 * y][2 * x + 1] + smooth[2 * y + 1][2 * x]
                                    + smooth[2 * y + 1][2 * x + 1] + 2) / 4);
}

const char kernel_name[] = "image";
const uint32_t kernel_checksum = 0xc6082b70;

uint32_t kernel_run(void)
{
    uint32_t histogram[256] = { 0 };
    uint32_t sum = 0;
    draw();
    smoothen();
    find_edges();
    halve();
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            histogram[edges[y][x]]++;
    for (unsigned i = 0; i < 256; i++)
        sum = fold(sum, histogram[i]);
    for (int y = 0; y < HEIGHT / 2; y++)
        sum = fold(sum, half[y][y]);
    return sum;
}
