# tab_crashing: a browser's tab with a mistake in it.
#
# Chrome gives each tab a process of its own. This one shows its page, and then
# follows a pointer into nothing.
#
# Run it beside tab_living: `ksim run tab_crashing.s tab_living.s`.
#
# Look at: it takes nobody with it.
#
# Prints:
#   [news] loading ...
# Ends: fault

        .equ    WRITE, 64
        .equ    SCHED_YIELD, 124
        .equ    STDOUT, 1

        .section .rodata
text:   .ascii  "[news] loading ...\n"
        .equ    LENGTH, . - text

        .data
        .align  2
page:   .word   0               # the address of the page, which never came

        .text
        .globl  _start
_start:
        li      a7, WRITE
        li      a0, STDOUT
        la      a1, text
        li      a2, LENGTH
        ecall
        li      a7, SCHED_YIELD
        ecall

        lw      t0, page
        lw      t1, 0(t0)       # goes to the address 0
        j       .               # never reached
