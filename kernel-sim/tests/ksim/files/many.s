# many: makes sixty children, one after the other, which give three different numbers,
# and a message queue and a piece of shared memory, which nobody removes.

        .globl  _start
_start: li      a7, 186         # msgget
        li      a0, 0
        li      a1, 0x180       # 0600 in octal digits
        ecall
        li      a7, 194         # shmget
        li      a0, 0
        li      a1, 4096
        li      a2, 0x180
        ecall
        li      s0, 60
again:  li      a7, 220         # clone
        li      a0, 17
        li      a1, 0
        ecall
        beqz    a0, child
        li      a7, 260         # wait4
        li      a1, 0
        li      a2, 0
        li      a3, 0
        ecall
        addi    s0, s0, -1
        bnez    s0, again
        li      a0, 0
        j       exit
child:  li      t0, 3
        remu    a0, s0, t0
exit:   li      a7, 93
        ecall
