# shared_memory: one piece of memory in two processes, and what happens if both
# write to it.
#
# The parent makes the piece and attaches it, and the child has it attached, too: it
# is the one thing of which it has no copy. Each adds 1 to the same word, 10000
# times. Nothing keeps them from doing so in the middle of each other's additions,
# and so some are lost, as in race.
#
# Look at: no call is made for any of the additions. That is why shared memory is the
# fastest way, and why it needs a lock: see mutex.
#
# Prints:
#   parent: the child and I have written to the same word
#   parent: the sum is ..., and without a lock it is no sum
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    SHMGET, 194     # shmget(key, size, flags)
        .equ    SHMCTL, 195     # shmctl(piece, command, 0)
        .equ    SHMAT, 196      # shmat(piece, 0, 0)
        .equ    CLONE, 220
        .equ    WAIT4, 260
        .equ    SIGCHLD, 17
        .equ    STDOUT, 1
        .equ    PRIVATE, 0
        .equ    RMID, 0
        .equ    TIMES, 10000

        .data
wrote:  .asciz  "parent: the child and I have written to the same word\n"
sum:    .asciz  "parent: the sum is "
digits: .asciz  "     "
no_sum: .asciz  ", and without a lock it is no sum\n"

        .text
        .globl  _start
_start:
        li      a7, SHMGET
        li      a0, PRIVATE
        li      a1, 4096
        li      a2, 0600
        ecall
        mv      s0, a0
        li      a7, SHMAT
        li      a1, 0           # wherever there is room
        li      a2, 0
        ecall
        mv      s1, a0          # the address of the piece
        li      a7, SHMCTL      # it goes when nobody has it any more
        mv      a0, s0
        li      a1, RMID
        ecall
        li      a7, CLONE
        li      a0, SIGCHLD
        li      a1, 0
        ecall
        mv      s2, a0

        li      t0, TIMES       # both do that
1:      lw      t1, 0(s1)
        addi    t1, t1, 1
        sw      t1, 0(s1)
        addi    t0, t0, -1
        bnez    t0, 1b
        beqz    s2, exit

        li      a7, WAIT4
        mv      a0, s2
        li      a1, 0
        li      a2, 0
        li      a3, 0
        ecall
        la      a0, wrote
        call    print
        lw      t0, 0(s1)
        la      t1, digits + 5
        li      t2, 10
1:      remu    t3, t0, t2
        divu    t0, t0, t2
        addi    t3, t3, '0'
        addi    t1, t1, -1
        sb      t3, 0(t1)
        bnez    t0, 1b
        la      a0, sum
        call    print
        la      a0, digits
        call    print
        la      a0, no_sum
        call    print
exit:   li      a7, EXIT
        li      a0, 0
        ecall

# a0 = a text with a zero at its end.
print:  mv      a1, a0
1:      lbu     t0, 0(a0)
        addi    a0, a0, 1
        bnez    t0, 1b
        sub     a2, a0, a1
        addi    a2, a2, -1
        li      a0, STDOUT
        li      a7, WRITE
        ecall
        ret
