# primes: a sieve, and an array that only needs to be zero at the start.
#
# In `composite` there is a byte for each number up to 100. Beginning with 2, each
# number that is not crossed out is a prime, and all its multiples are crossed out.
#
# Look at: the array is in .bss. It is zero without a loop that clears it, and
# takes no room in the file.
#
# Prints:
#   2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71 73 79 83 89 97
# Ends: exit 25

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    STDOUT, 1
        .equ    LIMIT, 100

        .bss
composite:
        .zero   LIMIT
line:   .zero   128

        .text
        .globl  _start
_start:
        li      s0, 2           # the number at hand
        li      s1, LIMIT
        la      s2, composite
        la      s3, line        # where to write
        li      s4, 0           # how many primes
next:
        add     t0, s2, s0
        lbu     t0, 0(t0)
        bnez    t0, skip        # crossed out

        addi    s4, s4, 1
        li      t1, 10
        divu    t2, s0, t1      # one digit or two
        remu    t3, s0, t1
        beqz    t2, 1f
        addi    t2, t2, '0'
        sb      t2, 0(s3)
        addi    s3, s3, 1
1:      addi    t3, t3, '0'
        sb      t3, 0(s3)
        li      t3, ' '
        sb      t3, 1(s3)
        addi    s3, s3, 2

        add     t0, s0, s0      # cross out 2n, 3n, 4n, ...
2:      bgeu    t0, s1, skip
        add     t1, s2, t0
        li      t2, 1
        sb      t2, 0(t1)
        add     t0, t0, s0
        j       2b
skip:
        addi    s0, s0, 1
        bne     s0, s1, next

        li      t0, '\n'        # in place of the last blank
        sb      t0, -1(s3)
        la      a1, line
        sub     a2, s3, a1
        li      a0, STDOUT
        li      a7, WRITE
        ecall
        mv      a0, s4
        li      a7, EXIT
        ecall
