// SPDX-License-Identifier: Apache-2.0
// A console on the UART: edits a line, answers a few commands, echoes everything else. Sleeps between characters.
#include "clint.h"
#include "console.h"
#include "cpu.h"
#include "finisher.h"
#include "plic.h"
#include "uart16550.h"

enum { BACKSPACE = 0x08, CTRL_C = 0x03, CTRL_U = 0x15, DELETE = 0x7f };

#define LINE_BYTES  80u
#define QUEUE_BYTES 256u // a power of two

static volatile uint8_t queue[QUEUE_BYTES];
static volatile uint32_t received, taken; // counts; their difference waits in the queue
static uint64_t started_at;

static void receive(void)
{
    uint32_t source = plic_claim();
    int byte;
    while ((byte = uart_receive()) >= 0)
        if (received - taken < QUEUE_BYTES) // a paste that is faster than the guest loses its end
            queue[received++ % QUEUE_BYTES] = (uint8_t)byte;
    plic_complete(source);
}

static uint8_t next_character(void)
{
    interrupts_off();
    while (received == taken)
        sleep_with_interrupts_off();
    uint8_t byte = queue[taken++ % QUEUE_BYTES];
    interrupts_on();
    return byte;
}

static unsigned rub_out(unsigned length)
{
    if (length > 0)
        print("\b \b");
    return length > 0 ? length - 1 : 0;
}

static void read_line(char *line)
{
    unsigned length = 0;
    for (;;) {
        uint8_t character = next_character();
        if (character == '\r' || character == '\n') {
            line[length] = '\0';
            print("\n");
            return;
        }
        if (character == BACKSPACE || character == DELETE) {
            length = rub_out(length);
        } else if (character == CTRL_U) {
            while (length > 0)
                length = rub_out(length);
        } else if (character == CTRL_C) {
            print("^C\n> ");
            length = 0;
        } else if (character >= ' ' && length + 1 < LINE_BYTES) {
            line[length++] = (char)character;
            print_character((char)character);
        }
    }
}

static void help(void)
{
    print("help    this list\n"
          "uptime  time since the start\n"
          "crash   reads an address where nothing is\n"
          "reset   starts the machine again\n"
          "off     powers off\n"
          "Anything else is echoed.\n");
}

static void uptime(void)
{
    uint32_t elapsed_ms = (uint32_t)((clint_now() - started_at) / milliseconds(1));
    uint32_t fraction = elapsed_ms % 1000;
    print("up %u.%u%2 s\n", elapsed_ms / 1000, fraction / 100, fraction % 100);
}

static void crash(void) { *register32(0x08000000); }

static void off(void) { finish(0); }

static const struct {
    const char *name;
    void (*run)(void);
} commands[] = { { "help", help }, { "uptime", uptime }, { "crash", crash }, { "reset", restart }, { "off", off } };

static bool equal(const char *left, const char *right)
{
    while (*left && *left == *right)
        left++, right++;
    return *left == *right;
}

static void answer(const char *line)
{
    for (unsigned i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (equal(line, commands[i].name)) {
            commands[i].run();
            return;
        }
    if (*line)
        print("%s\n", line);
}

int main(void)
{
    started_at = clint_now();
    uart_init();
    on_external_interrupt(receive);
    plic_enable(UART0_IRQ);
    uart_enable_receive_interrupt();
    csr_set(mie, MIE_EXTERNAL);
    interrupts_on();

    print("echo on rv%u, 'help' lists the commands\n", (uint32_t)__riscv_xlen);
    for (;;) {
        char line[LINE_BYTES];
        print("> ");
        read_line(line);
        answer(line);
    }
}
