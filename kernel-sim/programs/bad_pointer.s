# bad_pointer: the kernel does not trust what it is given.
#
# `write` gets the address of a text. What if nothing is there? If the program
# itself went there, it would be a fault and the end. The kernel looks first, and
# answers -14, which is EFAULT: "bad address". For a file that is not open the
# answer is -9, EBADF.
#
# Look at: it is not ended by its mistakes. It is told of them, and goes on.
#
# Prints:
#   the kernel has looked at it first
# Ends: exit 23

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    STDOUT, 1

        .section .rodata
text:   .ascii  "the kernel has looked at it first\n"
        .equ    LENGTH, . - text

        .text
        .globl  _start
_start:
        li      a7, WRITE
        li      a0, STDOUT
        li      a1, 16          # nothing is there
        li      a2, 1
        ecall
        neg     s0, a0          # 14

        li      a0, 77          # a file that nobody has opened
        la      a1, text
        li      a2, LENGTH
        ecall
        neg     t0, a0          # 9
        add     s0, s0, t0

        li      a0, STDOUT
        la      a1, text
        li      a2, LENGTH
        ecall
        mv      a0, s0
        li      a7, EXIT
        ecall
