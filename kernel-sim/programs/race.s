# race: two threads add to one counter, and additions are lost.
#
# To add one is three instructions: load, add, store. If the timer comes after the
# load, the other thread goes on from the same number; and when the first one has
# the CPU again, it stores what it has in its register, and everything that was
# added meanwhile is gone.
#
# Look at: how many there are depends on when the timer comes. Try
# `ksim run race --quantum 997`.
#
# Prints:
#   each of two threads has added 1 to the counter 2000 times
#   the counter is ...
#   so additions were lost
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    FUTEX, 98
        .equ    CLONE, 220
        .equ    STDOUT, 1
        .equ    TIMES, 2000
        .equ    FLAGS, 0x1210f00        # a thread, and its word: see threads_share

        .data
        .align  2
counter:
        .word   0
thread: .word   0
added:  .asciz  "each of two threads has added 1 to the counter 2000 times\n"
is:     .ascii  "the counter is "
digits: .asciz  "    \n"
lost:   .asciz  "so additions were lost\n"
none:   .asciz  "so none was lost\n"

        .bss
        .align  4
stack:  .zero   1024
top:

        .text
        .globl  _start
_start:
        li      a7, CLONE
        li      a0, FLAGS
        la      a1, top
        li      a2, 0
        li      a3, 0
        la      a4, thread
        ecall
        mv      s0, a0          # 0 in the new thread
        call    count
        beqz    s0, exit

wait:   lw      a2, thread      # until the other one has ended
        beqz    a2, show
        li      a7, FUTEX
        la      a0, thread
        li      a1, 0
        li      a3, 0
        ecall
        j       wait

show:   la      a0, added
        call    print
        lw      t0, counter
        la      t1, digits + 4
        li      t2, 10
1:      remu    t3, t0, t2      # digits from the last to the first
        divu    t0, t0, t2
        addi    t3, t3, '0'
        addi    t1, t1, -1
        sb      t3, 0(t1)
        bnez    t0, 1b
        la      a0, is
        call    print
        lw      t0, counter
        li      t1, 2 * TIMES
        la      a0, lost
        bne     t0, t1, 1f
        la      a0, none
1:      call    print
exit:   li      a7, EXIT
        li      a0, 0
        ecall

# ANCHOR: count
count:  li      t0, TIMES
1:      lw      t1, counter     # if the timer comes after this,
        addi    t1, t1, 1       # or after this,
        sw      t1, counter, t2 # then this stores an old number
        addi    t0, t0, -1
        bnez    t0, 1b
        ret
# ANCHOR_END: count

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
