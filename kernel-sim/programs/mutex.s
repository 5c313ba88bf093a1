# mutex: the counter of race, and nothing is lost: a lock lets one thread in at a
# time.
#
# A lock is a word, and to take it is to load it, to see that it is free, and to
# store that it is taken. But then the lock itself has the race that it is to mend!
# Larger CPUs have one instruction for that (RISC-V in its extension A). This one has
# not, and so the lock is Peterson's: each thread says that it wants to go in, and
# then lets the other one go first. Whoever is let go first by both goes in.
#
# Who has to wait need not turn in a circle: `futex` waits until a word changes, here
# a count of what the other one has done that may let this one in: it has come out, or
# has let it go first. If the word has changed before the call, the call does not
# wait. Otherwise the waiter could miss the news, and wait for ever.
#
# Both threads want the lock all the time, and so nearly always one has to wait: it is
# contended, as people say, and that is the dear case. Who takes a lock that nobody
# else wants makes no call at all. And this lock is for two threads only. The one for
# any number of them has three states, free, taken, and taken while somebody waits,
# and needs the instruction that is not here.
#
# Sources: G. L. Peterson, "Myths About the Mutual Exclusion Problem", 1981. For the
# lock with three states: U. Drepper, "Futexes Are Tricky", 2011.
#
# Look at: what that costs, in `ksim run race` and then in `ksim run mutex`.
#
# Prints:
#   each of two threads has added 1 to the counter 2000 times
#   the counter is 4000
#   so none was lost
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
wants:  .word   0, 0            # thread 0, thread 1: whether it wants to go in
first:  .word   0               # the number of who may go first
news:   .word   0, 0            # how much news there is from it; only it writes that
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
        seqz    s1, a0          # my number: 1 in the new thread, 0 in the main one
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

count:  mv      s3, ra
        li      s2, TIMES
1:      call    lock
        lw      t2, counter
        addi    t2, t2, 1
        sw      t2, counter, t3
        call    unlock
        addi    s2, s2, -1
        bnez    s2, 1b
        mv      ra, s3
        ret

# ANCHOR: lock
lock:   mv      s4, ra
        slli    t0, s1, 2       # where my words are,
        xori    s5, s1, 1       # the other one's number,
        slli    s6, s5, 2       # and where its words are
        la      t1, wants
        add     t0, t0, t1
        add     s7, s6, t1
        la      t1, news
        add     s6, s6, t1
        li      t1, 1
        sw      t1, 0(t0)       # I want to go in,
        sw      s5, first, t1   # but you go first
        call    tell
1:      lw      a2, 0(s6)       # so much news I know of
        lw      t1, 0(s7)
        beqz    t1, 2f          # it does not want to
        lw      t1, first
        bne     t1, s5, 2f      # it lets me go first
        li      a7, FUTEX       # waits for more news, if there is none meanwhile
        mv      a0, s6
        li      a1, 0           # FUTEX_WAIT
        li      a3, 0
        ecall
        j       1b
2:      mv      ra, s4
        ret
# ANCHOR_END: lock

# ANCHOR: unlock
unlock: slli    t0, s1, 2
        la      t1, wants
        add     t1, t1, t0
        sw      zero, 0(t1)     # from here on it is free
        # and falls through, to tell the other one

# Says that there is news from me, and wakes the other one if it may wait for that.
tell:   slli    t0, s1, 2
        la      a0, news
        add     a0, a0, t0
        lw      t1, 0(a0)
        addi    t1, t1, 1
        sw      t1, 0(a0)
        xori    t0, s1, 1
        slli    t0, t0, 2
        la      t1, wants
        add     t1, t1, t0
        lw      t1, 0(t1)
        beqz    t1, 1f          # nobody waits: no call
        li      a7, FUTEX
        li      a1, 1           # FUTEX_WAKE
        li      a2, 1           # one of them
        ecall
1:      ret
# ANCHOR_END: unlock

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
