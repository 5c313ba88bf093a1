# half_lines: writes lines in pieces, and lets others run in between.
        .globl  _start
_start: li      s0, 2
1:      li      a7, 64
        li      a0, 1
        la      a1, piece
        li      a2, 5
        ecall
        li      a7, 124
        ecall
        addi    s0, s0, -1
        bnez    s0, 1b
        li      a7, 93
        ecall
        .section .rodata
piece:  .ascii  "half\t"
