# bits: the same 32 bits, signed and unsigned.
#
# 0xffffffff is 4294967295, or -1: the bits do not say. The instruction decides:
# `blt` and `sra` take them as signed, `bltu` and `srl` as unsigned. For adding and
# subtracting there is only one instruction, because it comes to the same.
#
# Look at: each comparison that comes out as the comment says sets one bit.
#
# Ends: exit 31

        .equ    EXIT, 93

        .text
        .globl  _start
_start:
        li      a0, 0
        li      t0, -1          # all bits set
        li      t1, 1

        slt     t2, t0, t1      # signed: -1 < 1
        or      a0, a0, t2
        sltu    t2, t1, t0      # unsigned: 1 < 4294967295
        slli    t2, t2, 1
        or      a0, a0, t2

        srai    t2, t0, 4       # signed: -1 / 16, rounded down, is -1
        bne     t2, t0, 1f
        ori     a0, a0, 4
1:      srli    t2, t0, 28      # unsigned: zeroes come in from the left
        li      t3, 15
        bne     t2, t3, 1f
        ori     a0, a0, 8
1:      add     t2, t0, t1      # -1 + 1, or 4294967295 + 1: both are 0 here
        bnez    t2, 1f
        ori     a0, a0, 16
1:      li      a7, EXIT
        ecall
