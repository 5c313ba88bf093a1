# division: dividing by zero is no trap here.
#
# On this machine the quotient is then -1, all bits set, and the remainder is what
# was to be divided. Whoever wants it otherwise compares first. The other odd one
# is the least number divided by -1: its quotient would be 2147483648, which is
# one more than fits; the result is the least number again.
#
# Look at: no process ends here by a mistake in arithmetic.
#
# Ends: exit 4

        .equ    EXIT, 93

        .text
        .globl  _start
_start:
        li      a0, 0           # how many of four are as said above
        li      t0, 7
        li      t1, 0
        li      t6, -1

        div     t2, t0, t1      # 7 / 0
        bne     t2, t6, 1f
        addi    a0, a0, 1
1:      rem     t2, t0, t1      # 7 % 0
        bne     t2, t0, 1f
        addi    a0, a0, 1
1:      li      t0, -2147483648
        div     t2, t0, t6      # the least number / -1
        bne     t2, t0, 1f
        addi    a0, a0, 1
1:      rem     t2, t0, t6      # and the remainder
        bnez    t2, 1f
        addi    a0, a0, 1
1:
        li      a7, EXIT
        ecall
