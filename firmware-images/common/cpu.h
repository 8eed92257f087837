// SPDX-License-Identifier: Apache-2.0
// Machine-mode CSRs and the trap table. RISC-V Privileged Specification 1.12, chapter 3.
#pragma once

#include "machine.h"

#define MSTATUS_MIE (1u << 3)
#define MIE_TIMER   (1u << 7)
#define MIE_EXTERNAL (1u << 11)

#define csr_set(csr, bits)   __asm__ volatile("csrs " #csr ", %0" ::"r"((uintptr_t)(bits)) : "memory")
#define csr_clear(csr, bits) __asm__ volatile("csrc " #csr ", %0" ::"r"((uintptr_t)(bits)) : "memory")

static inline void interrupts_on(void) { csr_set(mstatus, MSTATUS_MIE); }
static inline void interrupts_off(void) { csr_clear(mstatus, MSTATUS_MIE); }

/// Sleeps until an interrupt which `mie` enables is pending, also while mstatus switches interrupts off.
static inline void wait_for_interrupt(void) { __asm__ volatile("wfi" ::: "memory"); }

/// Called with interrupts off, returns with them off: sleeps, then lets the handlers run. Testing a condition and then
/// calling this misses no wake-up, since nothing can be handled in between.
static inline void sleep_with_interrupts_off(void)
{
    wait_for_interrupt();
    interrupts_on();
    interrupts_off();
}

/// Called in the machine timer interrupt; must move the deadline or mask the timer.
void on_timer_interrupt(void (*handler)(void));

/// Called in the machine external interrupt; claims and completes at the PLIC itself.
void on_external_interrupt(void (*handler)(void));

/// Whether a 32-bit load from the address succeeds: finds out if a machine has a device.
bool probe32(uintptr_t address);
