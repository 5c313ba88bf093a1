# sleeper: a process that waits needs no CPU.
#
# `sleep` has the process wait (arrow 4) until the time is over (arrow 5). In
# between it is in no queue for the CPU at all. Compare that with a loop that asks
# for the time again and again.
#
# Its argument is the address of two words: seconds, and billionths of a second.
# (On Linux for 64 bits this call, 101, is nanosleep, with two numbers of 64 bits;
# Linux for 32 bits has no such call.)
#
# Look at: `ksim run sleeper long_loop`. The sleeper hardly takes anything away.
#
# Prints:
#   good night
#   good morning
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    SLEEP, 101      # sleep(address of how long, 0)
        .equ    STDOUT, 1

        .section .rodata
        .align  2
duration:
        .word   0               # seconds
        .word   5000000         # and billionths of a second: 5 milliseconds
night:  .ascii  "good night\n"
        .equ    NIGHT, . - night
morning:
        .ascii  "good morning\n"
        .equ    MORNING, . - morning

        .text
        .globl  _start
_start:
        li      a7, WRITE
        li      a0, STDOUT
        la      a1, night
        li      a2, NIGHT
        ecall

        li      a7, SLEEP
        la      a0, duration
        li      a1, 0           # nobody wants to know what was left
        ecall

        li      a7, WRITE
        li      a0, STDOUT
        la      a1, morning
        li      a2, MORNING
        ecall
        li      a7, EXIT
        li      a0, 0
        ecall
