# Without relaxation, all padding is the assembler's: nops, and nothing that is
# too much. Bytes that are no instructions may stand between them.
        .option norelax
        .globl  _start
_start: nop
        .align  3
        nop
        .byte   1
        .align  4
a:      beqz    a0, a
        .half   2
        .align  3
        la      a0, b
        .data
        .align  3
b:      .word   b - a
        .text
        .byte   1
