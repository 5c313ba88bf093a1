# sum_loop: a loop is a jump backwards that is not taken one day.
#
# Adds the numbers from 1 to 100. There are no loops in machine code, only
# branches: `bnez t0, again` goes on at `again` as long as t0 is not zero.
#
# Look at: the branch comes two instructions after its target, and so what is in
# its word is the distance -8, and no address.
#
# Prints:
#   1 + 2 + ... + 100 = 5050
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    STDOUT, 1

        .data                   # and not .rodata: it is written to
text:   .ascii  "1 + 2 + ... + 100 = "
        .ascii  "????"
digits_end:
        .ascii  "\n"
        .equ    LENGTH, . - text

        .text
        .globl  _start
_start:
        li      a0, 0           # the sum so far
        li      t0, 100         # the number to add next
again:
        add     a0, a0, t0
        addi    t0, t0, -1
        bnez    t0, again

        # The digits of a0 go into the text, the last one first: what is left
        # over by a division by 10 is the last digit, and the quotient has all
        # the others.
        la      t1, digits_end
        li      t2, 10
next_digit:
        rem     t3, a0, t2
        div     a0, a0, t2
        addi    t3, t3, '0'     # the character of the digit
        addi    t1, t1, -1
        sb      t3, 0(t1)
        bnez    a0, next_digit

        li      a7, WRITE
        li      a0, STDOUT
        la      a1, text
        li      a2, LENGTH
        ecall

        li      a7, EXIT
        li      a0, 0
        ecall
