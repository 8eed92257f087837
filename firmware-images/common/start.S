// SPDX-License-Identifier: Apache-2.0
// Reset code. Hart 0 sets up C and calls main; any other hart sleeps for ever.

#if __riscv_xlen == 64
#define LOAD  ld
#define STORE sd
#define WORD  8
#else
#define LOAD  lw
#define STORE sw
#define WORD  4
#endif

    .section .start, "ax"
    .globl  _start
_start:
    csrw    mie, zero
    csrr    t0, mhartid
    bnez    t0, sleep_forever
    la      t0, trap_entry
    csrw    mtvec, t0
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    la      sp, __stack_top
#ifdef __riscv_flen
    li      t0, 0x2000          // mstatus.FS = initial: the float registers may be used
    csrs    mstatus, t0
    csrw    fcsr, zero
#endif
    la      t0, __bss_start
    la      t1, __bss_end
1:  bgeu    t0, t1, 2f
    STORE   zero, 0(t0)
    addi    t0, t0, WORD
    j       1b
2:  call    main
    tail    finish              // main's return value is the exit code

sleep_forever:
    wfi
    j       sleep_forever

    .text
// Saves what C may clobber; a handler that uses floating point is not supported.
    .balign 4
    .globl  trap_entry
trap_entry:
    addi    sp, sp, -16*WORD
    STORE   ra,  0*WORD(sp)
    STORE   t0,  1*WORD(sp)
    STORE   t1,  2*WORD(sp)
    STORE   t2,  3*WORD(sp)
    STORE   a0,  4*WORD(sp)
    STORE   a1,  5*WORD(sp)
    STORE   a2,  6*WORD(sp)
    STORE   a3,  7*WORD(sp)
    STORE   a4,  8*WORD(sp)
    STORE   a5,  9*WORD(sp)
    STORE   a6, 10*WORD(sp)
    STORE   a7, 11*WORD(sp)
    STORE   t3, 12*WORD(sp)
    STORE   t4, 13*WORD(sp)
    STORE   t5, 14*WORD(sp)
    STORE   t6, 15*WORD(sp)
    csrr    a0, mcause
    csrr    a1, mepc
    csrr    a2, mtval
    call    trap_dispatch       // returns the pc to go on at
    csrw    mepc, a0
    LOAD    ra,  0*WORD(sp)
    LOAD    t0,  1*WORD(sp)
    LOAD    t1,  2*WORD(sp)
    LOAD    t2,  3*WORD(sp)
    LOAD    a0,  4*WORD(sp)
    LOAD    a1,  5*WORD(sp)
    LOAD    a2,  6*WORD(sp)
    LOAD    a3,  7*WORD(sp)
    LOAD    a4,  8*WORD(sp)
    LOAD    a5,  9*WORD(sp)
    LOAD    a6, 10*WORD(sp)
    LOAD    a7, 11*WORD(sp)
    LOAD    t3, 12*WORD(sp)
    LOAD    t4, 13*WORD(sp)
    LOAD    t5, 14*WORD(sp)
    LOAD    t6, 15*WORD(sp)
    addi    sp, sp, 16*WORD
    mret

// bool probe32(uintptr_t address): whether a 32-bit load there succeeds. The dispatcher knows the load by its label.
    .globl  probe32, probe_load
    .option norvc
probe32:
    mv      a1, a0
    li      a0, 1
probe_load:
    lw      a1, 0(a1)
    ret
    .globl  probe_failed
probe_failed:
    li      a0, 0
    ret
