# Branches just within reach, just out of it, in both directions, over each
# other, and over padding.
        .globl  _start
_start: beq     a0, a1, near
        .zero   4088
near:   beq     a0, a1, far
        .zero   4092
far:    bltu    a0, a1, back
        .zero   4092 - 4
        blt     a0, a1, far
        bge     a0, a1, far + 4
back:   beqz    a0, 1f
        bnez    a0, 1f
        blez    a0, 1f
        bgeu    a0, a1, 1f
        .zero   4080
1:      bne     a0, a1, 2f
        beq     a0, a1, 3f
        .zero   4076
        .align  4
2:      nop
3:      blt     a0, a1, 4f
        .zero   4000
        .align  6
        nop
4:      bgt     a0, a1, 4b
        .zero   4092
        bgtu    a0, a1, 4b
        bleu    a0, a1, 4b
        ble     a0, a1, alias
        .equ    alias, 4b + 4
        beq     a0, a1, elsewhere
        .zero   100000
        bne     a0, a1, _start
        .section .text.elsewhere
elsewhere:
        beq     a0, a1, _start
