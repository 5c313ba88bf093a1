# unknown_call: a call that the kernel does not have.
#
# The kernel looks at the number in a7, does not know it, and answers -38, which
# is ENOSYS: "function not implemented". Answers from -1 to -4095 are errors.
#
# Look at: to ask for something that there is not is no crash.
#
# Prints:
#   there is no such call
# Ends: exit 38

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    STDOUT, 1

        .section .rodata
text:   .ascii  "there is no such call\n"
        .equ    LENGTH, . - text

        .text
        .globl  _start
_start:
        li      a7, 5000
        ecall
        bgez    a0, strange     # not an error?
        neg     s0, a0          # its number

        li      a7, WRITE
        li      a0, STDOUT
        la      a1, text
        li      a2, LENGTH
        ecall
        mv      a0, s0
        j       exit
strange:
        li      a0, 0
exit:   li      a7, EXIT
        ecall
