# much: writes 1.25 MiB, 64 KiB at a time, and says by its exit whether all of it was taken.
        .globl  _start
_start: li      s0, 20
        li      s1, 0x10000
1:      li      a7, 64
        li      a0, 1
        la      a1, zeros
        mv      a2, s1
        ecall
        sub     s2, a0, s1
        bnez    s2, 2f
        addi    s0, s0, -1
        bnez    s0, 1b
2:      neg     a0, s2
        li      a7, 93
        ecall
        .bss
zeros:  .zero   0x10000
