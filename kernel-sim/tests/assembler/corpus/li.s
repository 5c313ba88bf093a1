# Numbers into registers: one instruction if that will do.
        .equ    SIZE, 64
        .text
        .globl  _start
_start:
        li      a0, 0
        li      a0, 1
        li      a0, -1
        li      a0, 2047
        li      a0, 2048
        li      a0, -2048
        li      a0, -2049
        li      a0, 0xfff
        li      a0, 0x1000
        li      a0, 0x1800
        li      a0, 0x12345678
        li      a0, 0x12345800
        li      a0, 0x7fffffff
        li      a0, 0x7ffff800
        li      a0, 0x80000000
        li      a0, -0x80000000
        li      a0, 0xffffffff
        li      a0, 0xfffff000
        li      a0, 0xfffff7ff
        li      a0, 'A'
        li      a0, '\n'
        li      a0, ' '
        li      a0, SIZE
        li      a0, SIZE * 64 + 3
        li      a0, %lo(_start)
        li      zero, 5
