# heap_limit: nobody gets all the memory there is.
#
# Asks for 64 KiB more, again and again, until the break stays where it was. That
# is how `brk` says no: there is no error number, the answer is the old break.
#
# Look at: the process lives on. To be refused something is no crash, if one looks
# at the answer.
#
# Prints:
#   the kernel says no
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    BRK, 214
        .equ    STDOUT, 1

        .section .rodata
text:   .ascii  "the kernel says no\n"
        .equ    LENGTH, . - text

        .text
        .globl  _start
_start:
        li      a7, BRK
        li      a0, 0
        ecall
        li      s1, 65536
again:
        add     s0, a0, s1      # what we want
        mv      a0, s0
        ecall                   # what we get
        beq     a0, s0, again

        li      a7, WRITE
        li      a0, STDOUT
        la      a1, text
        li      a2, LENGTH
        ecall
        li      a7, EXIT
        li      a0, 0
        ecall
