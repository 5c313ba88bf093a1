# jump_table: where to go is data, too.
#
# The table has an address for each case. Instead of asking "is it 0? is it 1? is
# it 2?", the program takes the address out of the table and goes there. It is how
# a `match` with many arms is made, and how a kernel finds the code for a call's
# number.
#
# Look at: .rodata holds addresses of .text, and the assembler knew none of them
# when it read the table.
#
# Prints:
#   two
#   zero
#   one
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    STDOUT, 1

        .section .rodata
        .align  2
table:  .word   case_zero, case_one, case_two
order:  .byte   2, 0, 1
order_end:
zero:   .ascii  "zero\n"
one:    .ascii  "one\n"
two:    .ascii  "two\n"

        .text
        .globl  _start
_start:
        la      s0, order
        la      s1, order_end
again:
        lbu     t0, 0(s0)       # which case
        slli    t0, t0, 2       # each entry has four bytes
        la      t1, table
        add     t1, t1, t0
        lw      t1, 0(t1)       # its address
        jr      t1

case_zero:
        la      a1, zero
        li      a2, 5
        j       print
case_one:
        la      a1, one
        li      a2, 4
        j       print
case_two:
        la      a1, two
        li      a2, 4
print:
        li      a7, WRITE
        li      a0, STDOUT
        ecall
        addi    s0, s0, 1
        bne     s0, s1, again

        li      a7, EXIT
        li      a0, 0
        ecall
