# illegal_instruction: a word that is no instruction at all.
#
# Of the four billion words most mean nothing to this CPU. It does not guess: it
# traps, and the kernel ends the process. A word of zeroes is never an
# instruction, so that a program that runs into empty memory comes to a halt.
#
# Look at: `unimp` is such a word on purpose, for places that are never reached.
#
# Ends: illegal instruction

        .text
        .globl  _start
_start:
        nop                     # does nothing, and that is legal
        .word   0               # nothing
        li      a7, 93          # never reached
        ecall
