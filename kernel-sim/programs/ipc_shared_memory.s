# ipc_shared_memory: a megabyte goes through shared memory.
#
# The sender makes 256 blocks of 4096 bytes, and the receiver adds up all their words.
# So that both have the same work in each of the four ways: see ipc_pipe, ipc_socket,
# ipc_message_queue, ipc_shared_memory.
#
# Look at: no byte is copied. But the two have to take turns, and for
# that they call: to wait for a word, and to say that it has changed.
#
# Prints:
#   the megabyte has come, and the sum is right
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    FUTEX, 98
        .equ    SHMGET, 194
        .equ    SHMCTL, 195
        .equ    SHMAT, 196
        .equ    CLONE, 220
        .equ    SIGCHLD, 17
        .equ    STDOUT, 1
        .equ    BLOCK, 4096
        .equ    BLOCKS, 256     # a megabyte in all

        .section .rodata
right:  .ascii  "the megabyte has come, and the sum is right\n"
        .equ    RIGHT, . - right


        .text
        .globl  _start
_start:
        li      a7, SHMGET
        li      a0, 0           # without a key
        li      a1, 2 * BLOCK   # a block, and in the second page the word
        li      a2, 0600
        ecall
        mv      s0, a0
        li      a7, SHMAT
        li      a1, 0
        li      a2, 0
        ecall
        mv      s1, a0          # the block
        li      t0, BLOCK
        add     s4, s1, t0      # the word: 1 if the block is full, 0 if it is empty
        li      a7, SHMCTL      # removes it, when nobody has it any more
        mv      a0, s0
        li      a1, 0
        ecall
        li      a7, CLONE
        li      a0, SIGCHLD
        li      a1, 0
        ecall
        beqz    a0, sender

        li      s2, BLOCKS      # the parent receives
1:      li      a2, 0
        call    wait            # as long as it is empty
        call    add_up
        li      t0, 0
        call    say
        addi    s2, s2, -1
        bnez    s2, 1b
        j       check

sender: li      s2, 1
1:      li      a2, 1
        call    wait            # as long as it is full
        call    fill
        li      t0, 1
        call    say
        addi    s2, s2, 1
        li      t0, BLOCKS + 1
        bne     s2, t0, 1b
        li      a0, 0
        j       exit

# Waits as long as the word is a2.
wait:   lw      t0, 0(s4)
        bne     t0, a2, 1f
        li      a7, FUTEX
        mv      a0, s4
        li      a1, 0           # FUTEX_WAIT
        li      a3, 0
        ecall
        j       wait
1:      ret

# Sets the word to t0, and wakes who waits for that.
say:    sw      t0, 0(s4)
        li      a7, FUTEX
        mv      a0, s4
        li      a1, 1           # FUTEX_WAKE
        li      a2, 1
        ecall
        ret

# The sender makes a block: every word of it is the block's number, s2.
fill:   mv      t0, s1
        li      t1, BLOCK / 16
1:      sw      s2, 0(t0)
        sw      s2, 4(t0)
        sw      s2, 8(t0)
        sw      s2, 12(t0)
        addi    t0, t0, 16
        addi    t1, t1, -1
        bnez    t1, 1b
        ret

# The receiver adds up all words of a block, in s3.
add_up: mv      t0, s1
        li      t1, BLOCK / 16
1:      lw      t2, 0(t0)
        lw      t3, 4(t0)
        add     s3, s3, t2
        lw      t4, 8(t0)
        add     s3, s3, t3
        lw      t5, 12(t0)
        add     s3, s3, t4
        addi    t0, t0, 16
        add     s3, s3, t5
        addi    t1, t1, -1
        bnez    t1, 1b
        ret

# Says whether the sum is right: 1024 times 1 + 2 + ... + 256.
check:  li      t0, BLOCK / 4 * (BLOCKS * (BLOCKS + 1) / 2)
        bne     s3, t0, wrong
        li      a7, WRITE
        li      a0, STDOUT
        la      a1, right
        li      a2, RIGHT
        ecall
        li      a0, 0
        j       exit
wrong:  li      a0, 1
exit:   li      a7, EXIT
        ecall
