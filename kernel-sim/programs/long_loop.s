# long_loop: a process that calculates for a while, is interrupted many times, and
# comes to the same result as if it had been alone.
#
# Registers and program counter are saved when the timer takes the CPU away, and
# are put back before it goes on. So it cannot tell.
#
# Look at: `ksim run long_loop long_loop --quantum 50`, two at once that take short
# turns. Switches cost time, and change nothing else.
#
# Prints:
#   done, and nothing was lost
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    STDOUT, 1
        .equ    ROUNDS, 100000

        .section .rodata
good:   .ascii  "done, and nothing was lost\n"
        .equ    GOOD, . - good
bad:    .ascii  "something was lost\n"
        .equ    BAD, . - bad

        .text
        .globl  _start
_start:
        li      s0, 0           # up
        li      s1, ROUNDS      # down
1:      addi    s0, s0, 1
        addi    s1, s1, -1
        bnez    s1, 1b

        la      a1, good
        li      a2, GOOD
        li      s2, 0
        li      t0, ROUNDS
        beq     s0, t0, 2f
        la      a1, bad
        li      a2, BAD
        li      s2, 1
2:      li      a7, WRITE
        li      a0, STDOUT
        ecall
        li      a7, EXIT
        mv      a0, s2
        ecall
