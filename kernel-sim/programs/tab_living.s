# tab_living: a browser's tab that goes on, whatever happens to the others.
#
# Each process has its own address space: the mistake of another one cannot reach
# anything in here.
#
# Run it beside tab_crashing: `ksim run tab_crashing.s tab_living.s`.
#
# Look at: its last line comes after the other one's end.
#
# Prints:
#   [mail] loading ...
#   [mail] 2 new messages
#   [mail] still here
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    SCHED_YIELD, 124
        .equ    STDOUT, 1

        .section .rodata
lines:  .ascii  "[mail] loading ...\n"
line_1: .ascii  "[mail] 2 new messages\n"
line_2: .ascii  "[mail] still here\n"
lines_end:
        .align  2
table:  .word   lines, line_1, line_2, lines_end

        .text
        .globl  _start
_start:
        la      s0, table
        li      s1, 3
again:
        lw      a1, 0(s0)       # this line
        lw      a2, 4(s0)       # ends where the next one begins
        sub     a2, a2, a1
        li      a7, WRITE
        li      a0, STDOUT
        ecall
        li      a7, SCHED_YIELD
        ecall
        addi    s0, s0, 4
        addi    s1, s1, -1
        bnez    s1, again

        li      a7, EXIT
        li      a0, 0
        ecall
