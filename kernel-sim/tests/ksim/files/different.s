# different: sixty threads, and each executes two instructions less than the one before.

        .equ    FLAGS, 0x10f00
        .bss
        .align  4
        .zero   1024
stacks:
        .text
        .globl  _start
_start: li      s0, 60
again:  li      a7, 220         # clone
        li      a0, FLAGS
        la      a1, stacks      # nobody uses it
        ecall
        beqz    a0, thread
        addi    s0, s0, -1
        bnez    s0, again
        li      s1, 60
1:      li      a7, 124         # sched_yield, until all have ended
        ecall
        addi    s1, s1, -1
        bnez    s1, 1b
        li      a7, 94          # exit_group
        li      a0, 0
        ecall
thread: addi    s0, s0, -1
        bgtz    s0, thread
        li      a7, 93
        li      a0, 0
        ecall
