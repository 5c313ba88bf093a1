# ipc_message_queue: a megabyte goes through a message queue.
#
# The sender makes 256 blocks of 4096 bytes, and the receiver adds up all their words.
# So that both have the same work in each of the four ways: see ipc_pipe, ipc_socket,
# ipc_message_queue, ipc_shared_memory.
#
# Look at: one message is one block, whole; nobody has to put parts
# together. And each is copied with its type, a word more.
#
# Prints:
#   the megabyte has come, and the sum is right
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    MSGGET, 186
        .equ    MSGCTL, 187
        .equ    MSGRCV, 188
        .equ    MSGSND, 189
        .equ    CLONE, 220
        .equ    SIGCHLD, 17
        .equ    STDOUT, 1
        .equ    BLOCK, 4096
        .equ    BLOCKS, 256     # a megabyte in all

        .section .rodata
right:  .ascii  "the megabyte has come, and the sum is right\n"
        .equ    RIGHT, . - right

        .bss
        .align  2
message:
        .zero   4               # its type
block:  .zero   BLOCK

        .text
        .globl  _start
_start:
        li      a7, MSGGET
        li      a0, 0           # without a key
        li      a1, 0600
        ecall
        mv      s0, a0
        li      a7, CLONE
        li      a0, SIGCHLD
        li      a1, 0
        ecall
        beqz    a0, sender

        la      s1, block       # the parent receives
        li      s2, BLOCKS
1:      li      a7, MSGRCV
        mv      a0, s0
        la      a1, message
        li      a2, BLOCK
        li      a3, 0
        li      a4, 0
        ecall
        call    add_up
        addi    s2, s2, -1
        bnez    s2, 1b
        li      a7, MSGCTL      # remove it
        mv      a0, s0
        li      a1, 0
        ecall
        j       check

sender: la      s1, block
        li      t0, 1
        sw      t0, message, t1
        li      s2, 1
1:      call    fill
        li      a7, MSGSND
        mv      a0, s0
        la      a1, message
        li      a2, BLOCK
        li      a3, 0
        ecall
        addi    s2, s2, 1
        li      t0, BLOCKS + 1
        bne     s2, t0, 1b
        li      a0, 0
        j       exit

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
