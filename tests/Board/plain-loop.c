// SPDX-License-Identifier: Apache-2.0
// What a program of the board can do at best, for bench-board: the same system calls in a loop.
//   plain-loop gpio LINE COUNT        sets a line of gpiochip0 high and low in turn
//   plain-loop i2c BUS ADDRESS COUNT  writes a register number and reads a byte, in one transaction
// Prints nanoseconds of processor time for each.
#include <fcntl.h>
#include <linux/gpio.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

static int fail(const char *what)
{
    perror(what);
    return 1;
}

static int gpio(unsigned line, long count)
{
    struct gpio_v2_line_request request = { .offsets = { line }, .num_lines = 1, .config = { .flags = GPIO_V2_LINE_FLAG_OUTPUT } };
    int chip = open("/dev/gpiochip0", O_RDWR);
    if (chip < 0 || ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) < 0)
        return fail("gpiochip0");
    struct gpio_v2_line_values values = { .mask = 1 };
    const double start = now_ns();
    for (long i = 0; i < count; i++) {
        values.bits ^= 1;
        if (ioctl(request.fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) < 0)
            return fail("set");
    }
    printf("%.1f\n", (now_ns() - start) / count);
    return 0;
}

static int i2c(const char *bus, unsigned address, long count)
{
    char path[32];
    snprintf(path, sizeof path, "/dev/i2c-%s", bus);
    int file = open(path, O_RDWR);
    if (file < 0)
        return fail(path);
    __u8 number = 0xd0, value;
    struct i2c_msg messages[] = { { address, 0, 1, &number }, { address, I2C_M_RD, 1, &value } };
    struct i2c_rdwr_ioctl_data transaction = { messages, 2 };
    const double start = now_ns();
    for (long i = 0; i < count; i++)
        if (ioctl(file, I2C_RDWR, &transaction) < 0)
            return fail("transaction");
    printf("%.1f\n", (now_ns() - start) / count);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "gpio"))
        return gpio(atoi(argv[2]), atol(argv[3]));
    if (argc == 5 && !strcmp(argv[1], "i2c"))
        return i2c(argv[2], strtoul(argv[3], NULL, 0), atol(argv[4]));
    fprintf(stderr, "plain-loop gpio LINE COUNT | i2c BUS ADDRESS COUNT\n");
    return 2;
}
