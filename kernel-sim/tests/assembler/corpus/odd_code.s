# Instructions at odd addresses, which no CPU executes. GNU's assembler takes it
# that instructions are where they belong, and so `.align 2` does nothing in code.
        .globl  _start
_start: nop
        .byte   1
        .align  2
        li      a0, 1
        .half   1
        mul     a0, a0, a1
        .balign 4
        la      a0, _start
        .byte   1
        .align  3
        ret
