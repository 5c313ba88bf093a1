# yield_pong: processes that take turns because they want to.
#
# `sched_yield` gives the CPU away before the quantum is over: the process goes to
# the end of the ready queue, and runs again when all others have had their turn.
# This is cooperation, and it needs nobody to interrupt.
#
# Run it beside yield_ping: `ksim run yield_ping.s yield_pong.s`.
#
# Look at: the order of the lines; and `ksim run yield_ping yield_pong --trace`, where
# each turn is an arrow 3.
#
# Prints:
#   pong
#   pong
#   pong
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    SCHED_YIELD, 124
        .equ    STDOUT, 1

        .section .rodata
word:   .ascii  "pong\n"
        .equ    LENGTH, . - word

        .text
        .globl  _start
_start:
        li      s0, 3           # how many times
again:
        li      a7, WRITE
        li      a0, STDOUT
        la      a1, word
        li      a2, LENGTH
        ecall
        li      a7, SCHED_YIELD
        ecall
        addi    s0, s0, -1
        bnez    s0, again

        li      a7, EXIT
        li      a0, 0
        ecall
