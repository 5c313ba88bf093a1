# hexdump: everything in memory is bytes, also the program itself.
#
# Prints the bytes of a few numbers, of a text and of the program's first
# instruction. A number of four bytes has its lowest byte first.
#
# Look at: 0x12345678 comes out as 78 56 34 12; and an instruction, here `nop`, is
# nothing but four bytes either.
#
# Prints:
#   78 56 34 12
#   ff ff ff ff
#   74 65 78 74
#   13 00 00 00
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    STDOUT, 1

        .section .rodata
        .align  2
table:  .word   number, minus_one, text, instruction
table_end:
number: .word   0x12345678
minus_one:
        .word   -1
text:   .ascii  "text"
hex:    .ascii  "0123456789abcdef"

        .data
line:   .ascii  ".. .. .. ..\n"
        .equ    LENGTH, . - line

        .text
        .globl  _start
instruction:
        nop
_start: la      s0, table
        la      s1, table_end
again:
        lw      t0, 0(s0)       # where the four bytes are
        la      t1, line
        li      t2, 4
1:      lbu     t3, 0(t0)
        la      t4, hex
        srli    t5, t3, 4       # the upper half of the byte
        add     t5, t5, t4
        lbu     t5, 0(t5)
        sb      t5, 0(t1)
        andi    t5, t3, 15      # the lower half
        add     t5, t5, t4
        lbu     t5, 0(t5)
        sb      t5, 1(t1)
        addi    t0, t0, 1
        addi    t1, t1, 3
        addi    t2, t2, -1
        bnez    t2, 1b

        li      a7, WRITE
        li      a0, STDOUT
        la      a1, line
        li      a2, LENGTH
        ecall
        addi    s0, s0, 4
        bne     s0, s1, again

        li      a7, EXIT
        li      a0, 0
        ecall
