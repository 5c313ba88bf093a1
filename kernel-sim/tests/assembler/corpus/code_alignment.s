# Padding in code: the assembler leaves room, and the linker takes out what is
# too much. So a distance that has a name is measured too early.
        .globl  _start
_start: nop
        .align  3
a:      nop
        .align  4
b:      nop
        .align  4
c:      nop
        .align  1
        .align  2
        .balign 4
        .p2align 5, , 3
d:      nop
        .align  4, 0
e:      nop
        .align  4, 0x55
f:      nop
        .align  4, 0x55, 3
g:      beq     a0, a1, a
        .align  6
h:      nop
        .align  4, 0
        nop
        .option push
        .option norelax
        .align  4
i:      nop
        .align  4, , 8
        nop
        .option pop
        .balign 8
        .word   . - a, h - a, i - a
        .equ    distance, h - a
        .word   distance, (h - a) / 4
        .data
        .word   h - a, i - h, distance
        .byte   i - h, h - i
        .half   h - a
