# Instructions may stand anywhere; whether they may be executed is another
# question. Padding in data is zeroes.
        .globl  _start
_start: call    code
        .data
        .byte   1, 2, 3, 4
code:   li      a0, 0x12345678
        bnez    a0, 1f
        .zero   4096
1:      bnez    a0, code
        .align  4
        ret
        .section .rodata
        j       .
        .align  3
        .word   2
