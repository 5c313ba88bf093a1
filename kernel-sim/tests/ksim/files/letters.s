# letters: writes two letters byte by byte, and the beginning of a third.
        .globl  _start
_start: la      s0, text
        la      s1, end
1:      li      a7, 64
        li      a0, 1
        mv      a1, s0
        li      a2, 1
        ecall
        addi    s0, s0, 1
        bltu    s0, s1, 1b
        li      a7, 93
        ecall
        .section .rodata
text:   .ascii  "안녕"
        .byte   0xec, 0x95
end:
