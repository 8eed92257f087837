// SPDX-License-Identifier: Apache-2.0
// Floating point: the motion of five bodies under gravity, in double precision with the four operations and a square root
// by Newton's method, so that no library takes part and every IEEE 754 machine gets the same bits.
#include "bench.h"

#define BODIES 5u
#define STEPS  100u

typedef struct { double x, y, z, vx, vy, vz, mass; } body;

static const body start[BODIES] = {
    { 0, 0, 0, 0, 0, 0, 39.5 },
    { 4.84, -1.16, -0.10, 0.606, 2.81, -0.025, 0.0377 },
    { 8.34, 4.12, -0.40, -1.01, 1.82, 0.0084, 0.0113 },
    { 12.89, -15.11, -0.22, 1.08, 0.868, -0.0108, 0.00172 },
    { 15.38, -25.92, 0.18, 0.979, 0.594, -0.0348, 0.00203 },
};

static body bodies[BODIES];

static double square_root(double value)
{
    double root = value > 1 ? value : 1;
    for (double better = 0.5 * (root + value / root); better < root; better = 0.5 * (root + value / root))
        root = better;
    return root;
}

static void pull(body *a, body *b, double step)
{
    const double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
    const double square = dx * dx + dy * dy + dz * dz;
    const double force = step / (square * square_root(square));
    a->vx -= dx * b->mass * force, a->vy -= dy * b->mass * force, a->vz -= dz * b->mass * force;
    b->vx += dx * a->mass * force, b->vy += dy * a->mass * force, b->vz += dz * a->mass * force;
}

static void advance(double step)
{
    for (unsigned i = 0; i < BODIES; i++)
        for (unsigned j = i + 1; j < BODIES; j++)
            pull(&bodies[i], &bodies[j], step);
    for (body *b = bodies; b < bodies + BODIES; b++)
        b->x += step * b->vx, b->y += step * b->vy, b->z += step * b->vz;
}

static uint32_t bits_of(double value)
{
    union { double number; uint64_t bits; } both = { .number = value };
    return (uint32_t)both.bits ^ (uint32_t)(both.bits >> 32);
}

const char kernel_name[] = "float";
const uint32_t kernel_checksum = 0xed9cb1ad;

uint32_t kernel_run(void)
{
    for (unsigned i = 0; i < BODIES; i++)
        bodies[i] = start[i];
    for (unsigned i = 0; i < STEPS; i++)
        advance(0.01);
    uint32_t sum = 0;
    for (unsigned i = 0; i < BODIES; i++)
        sum = fold(fold(fold(sum, bits_of(bodies[i].x)), bits_of(bodies[i].vy)), bits_of(bodies[i].z));
    return sum;
}
