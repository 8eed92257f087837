// SPDX-License-Identifier: Apache-2.0
// Indirect calls: a stack machine whose instructions are called through a table of functions.
#include "bench.h"

typedef struct {
    const uint8_t *code;
    uint32_t pc, depth;
    uint32_t stack[16];
    uint32_t variables[4];
    bool running;
} machine;

enum { PUSH, ADD, SUBTRACT, MULTIPLY, LOAD, STORE, JUMP_IF_NOT_ZERO, EXCLUSIVE_OR, STOP };

static uint32_t pop(machine *m) { return m->stack[--m->depth]; }
static void push(machine *m, uint32_t value) { m->stack[m->depth++] = value; }
static uint8_t operand(machine *m) { return m->code[m->pc++]; }

static void do_push(machine *m) { push(m, operand(m)); }
static void do_add(machine *m) { uint32_t right = pop(m); push(m, pop(m) + right); }
static void do_subtract(machine *m) { uint32_t right = pop(m); push(m, pop(m) - right); }
static void do_multiply(machine *m) { uint32_t right = pop(m); push(m, pop(m) * right); }
static void do_load(machine *m) { push(m, m->variables[operand(m)]); }
static void do_store(machine *m) { m->variables[operand(m)] = pop(m); }
static void do_exclusive_or(machine *m) { uint32_t right = pop(m); push(m, pop(m) ^ right); }
static void do_stop(machine *m) { m->running = false; }

static void do_jump_if_not_zero(machine *m)
{
    const uint8_t target = operand(m);
    if (pop(m) != 0)
        m->pc = target;
}

static void (*const instructions[])(machine *) = {
    do_push, do_add, do_subtract, do_multiply, do_load, do_store, do_jump_if_not_zero, do_exclusive_or, do_stop,
};

// for (n = 200; n != 0; n--) { sum = sum * 31 + n; mixed = mixed ^ sum; }
static const uint8_t program[] = {
    PUSH, 200, STORE, 0,
    LOAD, 1, PUSH, 31, MULTIPLY, LOAD, 0, ADD, STORE, 1,
    LOAD, 2, LOAD, 1, EXCLUSIVE_OR, STORE, 2,
    LOAD, 0, PUSH, 1, SUBTRACT, STORE, 0,
    LOAD, 0, JUMP_IF_NOT_ZERO, 4,
    STOP,
};

const char kernel_name[] = "indirect";
const uint32_t kernel_checksum = 0x4a963e05;

uint32_t kernel_run(void)
{
    uint32_t sum = 0;
    for (uint32_t round = 0; round < 20; round++) {
        machine m = { .code = program, .running = true };
        m.variables[1] = round;
        while (m.running)
            instructions[m.code[m.pc++]](&m);
        sum = fold(sum, m.variables[2]);
    }
    return sum;
}
