// SPDX-License-Identifier: Apache-2.0
// Works the board's pins and buses on request: a command a line on uart0, and one line of answer that begins with "ok"
// or "error". Edges of watched lines are told in between, in lines that begin with "edge". README.md has the commands.
#include "clint.h"
#include "console.h"
#include "cpu.h"
#include "gpio.h"
#include "i2c.h"
#include "plic.h"
#include "spi.h"
#include "uart16550.h"
#include "words.h"

#define LINES       32u
#define LINE_BYTES  160u
#define QUEUE_BYTES 256u // powers of two
#define QUEUE_EDGES 256u
#define MOST_BYTES  32u
#define NO_MIRROR   LINES

typedef struct {
    uint8_t line;
    bool level;
    uint64_t at;
} edge;

static volatile uint8_t queue[QUEUE_BYTES];
static volatile uint32_t received, taken; // counts; their difference waits in the queue
static edge edges[QUEUE_EDGES];
static volatile uint32_t edges_seen, edges_told;
static uint32_t watched;        // lines whose edges are told
static uint8_t mirrors[LINES];  // the output that follows an input
static uint32_t mirrored;       // edges passed on

// Interrupts.

static void receive_bytes(void)
{
    int byte;
    while ((byte = uart_receive()) >= 0)
        if (received - taken < QUEUE_BYTES)
            queue[received++ % QUEUE_BYTES] = (uint8_t)byte;
}

static void notice(unsigned line, bool level)
{
    if (mirrors[line] != NO_MIRROR) {
        gpio_drive(mirrors[line], level);
        mirrored++;
    }
    if (watched >> line & 1 && edges_seen - edges_told < QUEUE_EDGES)
        edges[edges_seen++ % QUEUE_EDGES] = (edge) { (uint8_t)line, level, clint_now() };
}

// A pulse may be over before anybody looks: then both edges are told, in the order that ends at the level of now.
static void serve_line(unsigned line)
{
    bool rose, fell;
    gpio_take_edges(line, &rose, &fell);
    const bool level = gpio_read(line);
    if (rose && fell)
        notice(line, !level);
    if (rose || fell)
        notice(line, level);
}

static void serve(void)
{
    const uint32_t source = plic_claim();
    if (source == UART0_IRQ)
        receive_bytes();
    else if (source == I2C0_IRQ)
        i2c_on_interrupt();
    else if (source >= GPIO0_IRQ && source < GPIO0_IRQ + LINES)
        serve_line(source - GPIO0_IRQ);
    plic_complete(source);
}

static void silence_timer(void) { clint_set_deadline(UINT64_MAX); }

// Time.

static uint32_t microseconds_since(uint64_t start) { return (uint32_t)((clint_now() - start) / (CLINT_HZ / 1000000)); }

static void wait_until(uint64_t deadline)
{
    clint_set_deadline(deadline);
    interrupts_off();
    while (clint_now() < deadline)
        sleep_with_interrupts_off();
    interrupts_on();
}

// Commands: each gets the rest of its line and says its answer; false when it does not understand.

static bool two_numbers(char **rest, uint32_t *first, uint32_t *second)
{
    return read_number(next_word(rest), first) && read_number(next_word(rest), second);
}

static bool out(char *rest)
{
    uint32_t line, level;
    if (!two_numbers(&rest, &line, &level) || line >= LINES || level > 1)
        return false;
    gpio_make_output(line, level);
    print("ok\n");
    return true;
}

static bool in(char *rest)
{
    uint32_t line;
    if (!read_number(next_word(&rest), &line) || line >= LINES)
        return false;
    gpio_make_watched(line, same_word(next_word(&rest), "up"));
    plic_enable(GPIO0_IRQ + line);
    print("ok level %u\n", (uint32_t)gpio_read(line));
    return true;
}

static bool watch(char *rest)
{
    uint32_t line;
    if (!read_number(next_word(&rest), &line) || line >= LINES)
        return false;
    watched |= 1u << line;
    print("ok\n");
    return true;
}

static bool read_level(char *rest)
{
    uint32_t line;
    if (!read_number(next_word(&rest), &line) || line >= LINES)
        return false;
    print("ok level %u\n", (uint32_t)gpio_read(line));
    return true;
}

static bool mirror(char *rest)
{
    uint32_t input, output;
    if (!two_numbers(&rest, &input, &output) || input >= LINES || output >= LINES)
        return false;
    gpio_make_output(output, gpio_read(input));
    mirrors[input] = (uint8_t)output;
    print("ok mirrored %u\n", mirrored);
    return true;
}

// As fast as it can be done: two stores a turn.
static bool toggle(char *rest)
{
    uint32_t line, count;
    if (!two_numbers(&rest, &line, &count) || line >= LINES)
        return false;
    gpio_make_output(line, false);
    volatile uint32_t *value = register32(GPIO0_BASE + GPIO_OUTPUT_VALUE);
    const uint32_t low = *value & ~(1u << line), high = low | 1u << line;
    const uint64_t start = clint_now();
    for (uint32_t i = 0; i < count / 2; i++) {
        *value = high;
        *value = low;
    }
    print("ok toggles %u us %u\n", count / 2 * 2, microseconds_since(start));
    return true;
}

// Raises lines one after another, then lowers them in the same order. Each level stays for the period at least, however late the one before it was.
static bool walk(char *rest)
{
    uint32_t first, count, period_ms;
    if (!two_numbers(&rest, &first, &count) || !read_number(next_word(&rest), &period_ms) || first >= LINES || count > LINES - first)
        return false;
    for (uint32_t step = 0; step < 2 * count; step++) {
        gpio_make_output(first + step % count, step < count);
        wait_until(clint_now() + milliseconds(period_ms));
    }
    print("ok\n");
    return true;
}

static void tell_bytes(const uint8_t *bytes, unsigned count)
{
    static const char digits[] = "0123456789abcdef";
    print("ok ");
    for (unsigned i = 0; i < count; i++) {
        print_character(digits[bytes[i] >> 4]);
        print_character(digits[bytes[i] & 15]);
    }
    print("\n");
}

static bool i2c(char *rest)
{
    uint8_t bytes[MOST_BYTES];
    uint32_t address, number, value;
    const char *direction = next_word(&rest);
    if (!two_numbers(&rest, &address, &number) || !read_number(next_word(&rest), &value) || address > 127 || number > 255)
        return false;
    if (same_word(direction, "write")) {
        const i2c_status status = i2c_write_register((uint8_t)address, (uint8_t)number, (uint8_t)value);
        print(status == I2C_OK ? "ok\n" : "error %s\n", i2c_status_text(status));
        return true;
    }
    if (same_word(direction, "repeat")) { // VALUE times: one register
        const uint64_t start = clint_now();
        uint32_t failed = 0;
        for (uint32_t i = 0; i < value; i++)
            failed += i2c_read_registers((uint8_t)address, (uint8_t)number, bytes, 1) != I2C_OK;
        print("ok transactions %u failed %u us %u\n", value, failed, microseconds_since(start));
        return true;
    }
    if (!same_word(direction, "read") || value == 0 || value > MOST_BYTES)
        return false;
    const i2c_status status = i2c_read_registers((uint8_t)address, (uint8_t)number, bytes, value);
    if (status == I2C_OK)
        tell_bytes(bytes, value);
    else
        print("error %s\n", i2c_status_text(status));
    return true;
}

static bool spi(char *rest)
{
    uint8_t bytes[MOST_BYTES];
    uint32_t chip;
    if (!read_number(next_word(&rest), &chip))
        return false;
    const unsigned count = read_bytes(next_word(&rest), bytes, MOST_BYTES);
    if (count == 0)
        return false;
    spi_init();
    spi_exchange(chip, bytes, count);
    tell_bytes(bytes, count);
    return true;
}

// SiFive PWM: the counter starts anew after it has reached comparator 0, so channels 1 to 3 are free.
static bool pwm(char *rest)
{
    enum { CONFIGURATION = 0x00, COMPARE = 0x20, ZERO_COMPARE = 1 << 9, ENABLE_ALWAYS = 1 << 12 };
    uint32_t channel, period_us, low_us;
    if (!two_numbers(&rest, &channel, &period_us) || !read_number(next_word(&rest), &low_us) || channel < 1 || channel > 3
        || period_us == 0 || period_us > 1000 || low_us > period_us)
        return false;
    const uint32_t ticks = PWM0_HZ / 1000000;
    *register32(PWM0_BASE + COMPARE) = period_us * ticks - 1;
    *register32(PWM0_BASE + COMPARE + 4 * channel) = low_us * ticks;
    *register32(PWM0_BASE + CONFIGURATION) = ENABLE_ALWAYS | ZERO_COMPARE;
    print("ok\n");
    return true;
}

// Sends a word over the other serial port and waits for so many bytes, ten seconds at most.
static bool serial(char *rest)
{
    enum { DATA = 0, FIFO_CONTROL = 2, LINE_STATUS = 5, READY = 0x01, ROOM = 0x20, FIFOS_ON = 0x01 };
    const char *word = next_word(&rest);
    uint32_t wanted;
    if (!read_number(next_word(&rest), &wanted))
        return false;
    *register8(UART1_BASE + FIFO_CONTROL) = FIFOS_ON;
    for (; *word; word++) {
        while (!(*register8(UART1_BASE + LINE_STATUS) & ROOM))
            ;
        *register8(UART1_BASE + DATA) = (uint8_t)*word;
    }
    print("ok ");
    for (const uint64_t deadline = clint_now() + milliseconds(10000); wanted > 0 && clint_now() < deadline;)
        if (*register8(UART1_BASE + LINE_STATUS) & READY) {
            print_character((char)*register8(UART1_BASE + DATA));
            wanted--;
        }
    print("\n");
    return true;
}

// Puts a number of its own into each 4 KiB page of so many MiB behind the program, so that saving them takes its time.
static bool fill(char *rest)
{
    enum { FIRST = 0x80100000, PAGE = 4096, WORDS = 64 };
    uint32_t mebibytes;
    if (!read_number(next_word(&rest), &mebibytes))
        return false;
    for (uint32_t page = 0; page < mebibytes << 8; page++)
        for (uint32_t word = 0; word < WORDS; word++)
            register32(FIRST + (uintptr_t)page * PAGE)[word] = (page * WORDS + word) * 0x9e3779b1;
    print("ok\n");
    return true;
}

static bool crash(char *rest)
{
    (void)rest;
    *register32(0x08000000); // where nothing is
    return true;
}

static const struct {
    const char *name;
    bool (*run)(char *rest);
} commands[] = {
    { "out", out }, { "in", in }, { "watch", watch }, { "read", read_level }, { "mirror", mirror }, { "toggle", toggle },
    { "walk", walk }, { "i2c", i2c }, { "spi", spi }, { "pwm", pwm }, { "serial", serial },
    { "fill", fill }, { "crash", crash },
};

static void answer(char *line)
{
    const char *name = next_word(&line);
    for (unsigned i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (same_word(name, commands[i].name)) {
            if (!commands[i].run(line))
                print("error arguments\n");
            return;
        }
    if (*name)
        print("error unknown\n");
}

// The main loop: tells edges, gathers a line, answers it, sleeps.

static void tell_edges(void)
{
    while (edges_told != edges_seen) {
        const edge *told = &edges[edges_told % QUEUE_EDGES];
        print("edge line %u level %u us %u\n", (uint32_t)told->line, (uint32_t)told->level, (uint32_t)(told->at / (CLINT_HZ / 1000000)));
        edges_told++;
    }
}

static void sleep_until_something_happens(void)
{
    interrupts_off();
    if (received == taken && edges_seen == edges_told)
        sleep_with_interrupts_off();
    interrupts_on();
}

int main(void)
{
    static char line[LINE_BYTES];
    unsigned length = 0;
    for (unsigned i = 0; i < LINES; i++)
        mirrors[i] = NO_MIRROR;
    uart_init();
    silence_timer();
    on_timer_interrupt(silence_timer);
    on_external_interrupt(serve);
    plic_enable(UART0_IRQ);
    plic_enable(I2C0_IRQ);
    uart_enable_receive_interrupt();
    csr_set(mie, MIE_EXTERNAL | MIE_TIMER);
    interrupts_on();
    i2c_init();
    print("pin-tester on rv%u\n", (uint32_t)__riscv_xlen);

    for (;;) {
        tell_edges();
        if (received == taken) {
            sleep_until_something_happens();
            continue;
        }
        const char character = (char)queue[taken++ % QUEUE_BYTES];
        if (character == '\n' || character == '\r') {
            line[length] = '\0';
            length = 0;
            answer(line);
        } else if (length + 1 < LINE_BYTES) {
            line[length++] = character;
        }
    }
}
