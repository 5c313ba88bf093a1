# ipc_pipe: a megabyte goes through a pipe.
#
# The sender makes 256 blocks of 4096 bytes, and the receiver adds up all their words.
# So that both have the same work in each of the four ways: see ipc_pipe, ipc_socket,
# ipc_message_queue, ipc_shared_memory.
#
# Look at: each byte is copied twice, into the kernel and out of it.
#
# Prints:
#   the megabyte has come, and the sum is right
# Ends: exit 0

        .equ    CLOSE, 57
        .equ    PIPE2, 59
        .equ    READ, 63
        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    CLONE, 220
        .equ    SIGCHLD, 17
        .equ    STDOUT, 1
        .equ    BLOCK, 4096
        .equ    BLOCKS, 256     # a megabyte in all

        .section .rodata
right:  .ascii  "the megabyte has come, and the sum is right\n"
        .equ    RIGHT, . - right

        .data
        .align  2
ends:   .word   0, 0

        .bss
        .align  2
block:  .zero   BLOCK

        .text
        .globl  _start
_start:
        li      a7, PIPE2
        la      a0, ends
        li      a1, 0
        ecall
        li      a7, CLONE
        li      a0, SIGCHLD
        li      a1, 0
        ecall
        beqz    a0, child
        li      a7, CLOSE       # the parent receives
        lw      a0, ends + 4
        ecall
        lw      s0, ends
        j       receive
child:  li      a7, CLOSE
        lw      a0, ends
        ecall
        lw      s0, ends + 4

sender: la      s1, block
        li      s2, 1
1:      call    fill
        li      a7, WRITE
        mv      a0, s0
        la      a1, block
        li      a2, BLOCK
        ecall
        addi    s2, s2, 1
        li      t0, BLOCKS + 1
        bne     s2, t0, 1b
        li      a0, 0
        j       exit

# ANCHOR: receive
receive:
        la      s1, block
        li      s2, 0           # how much of the block is there
1:      li      a7, READ
        mv      a0, s0
        add     a1, s1, s2
        li      a2, BLOCK
        sub     a2, a2, s2
        ecall
        blez    a0, check       # 0 is the end
        add     s2, s2, a0
        li      t0, BLOCK
        bne     s2, t0, 1b
        call    add_up
        li      s2, 0
        j       1b
# ANCHOR_END: receive

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
