// SPDX-License-Identifier: Apache-2.0
#include "console.h"
#include "uart16550.h"

#include <stdarg.h>

void print_character(char character)
{
    if (character == '\n')
        uart_send('\r');
    uart_send((uint8_t)character);
}

static void print_text(const char *text)
{
    while (*text)
        print_character(*text++);
}

static void print_decimal(uint32_t value, unsigned least_digits)
{
    char digits[10];
    unsigned count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0 || count < least_digits);
    while (count > 0)
        print_character(digits[--count]);
}

static void print_signed(int32_t value)
{
    if (value < 0)
        print_character('-');
    print_decimal(value < 0 ? 0u - (uint32_t)value : (uint32_t)value, 1);
}

static void print_hex(uintptr_t value, unsigned digits)
{
    while (digits-- > 0)
        print_character("0123456789abcdef"[value >> (digits * 4) & 15]);
}

void print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    for (; *format; format++) {
        if (*format != '%') {
            print_character(*format);
            continue;
        }
        switch (*++format) {
        case 's': print_text(va_arg(arguments, const char *)); break;
        case 'c': print_character((char)va_arg(arguments, int)); break;
        case 'u': print_decimal(va_arg(arguments, uint32_t), 1); break;
        case 'd': print_signed(va_arg(arguments, int32_t)); break;
        case 'x': print_hex(va_arg(arguments, uint32_t), 8); break;
        case 'p': print_hex(va_arg(arguments, uintptr_t), 2 * sizeof(uintptr_t)); break;
        case '2': print_decimal(va_arg(arguments, uint32_t), 2); break;
        case '%': print_character('%'); break;
        default: print_text("(?)"); format--; break;
        }
    }
    va_end(arguments);
}
