# misaligned_load: a word stands at a multiple of 4.
#
# Memory is read four bytes at a time, from 0, from 4, from 8. A word at 2 would
# be half here and half there. This CPU refuses such a load; others do it slowly.
#
# Look at: `.align 2` before a `.word` is what puts it in its place. Here one byte
# is in front of it instead.
#
# Ends: fault

        .data
        .align  2
flag:   .byte   1
number: .word   5               # at an odd address

        .text
        .globl  _start
_start:
        lb      a0, flag        # a byte may be anywhere
        la      t0, number
        lw      a0, 0(t0)       # a word may not
        li      a7, 93          # never reached
        ecall
