# pipe_ring: three processes in a ring, each of which writes to the next one and
# would read from the one before, and none of them ever reads.
#
# A pipe has room for 4096 bytes. Each of the three wants to write more than that
# before it reads. So each fills its pipe and waits for the next one to read, which
# waits for the next one, and that for the first.
#
# Look at: the report. The kernel knows for what each of them waits, and who has the
# other end. So it finds the ring.
#
# Ends: deadlock

        .equ    CLOSE, 57
        .equ    PIPE2, 59
        .equ    READ, 63
        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    CLONE, 220
        .equ    SIGCHLD, 17
        .equ    SIZE, 5000

        .data
        .align  2
pipes:  .zero   24              # three times: to read from, to write to
        .bss
buffer: .zero   SIZE

        .text
        .globl  _start
_start:
        la      s0, pipes
        li      s1, 3
1:      li      a7, PIPE2
        mv      a0, s0
        li      a1, 0
        ecall
        addi    s0, s0, 8
        addi    s1, s1, -1
        bnez    s1, 1b

        li      s1, 0           # my number: the parent is 0, the children 1 and 2
        li      s2, 1
1:      li      a7, CLONE
        li      a0, SIGCHLD
        li      a1, 0
        ecall
        bnez    a0, 2f
        mv      s1, s2
        j       ready
2:      addi    s2, s2, 1
        li      t0, 3
        bne     s2, t0, 1b

ready:  la      s0, pipes       # number n reads from pipe n
        slli    t0, s1, 3
        add     s3, s0, t0
        lw      s3, 0(s3)
        addi    t0, s1, 1       # and writes to the pipe after that
        li      t1, 3
        bne     t0, t1, 1f
        li      t0, 0
1:      slli    t0, t0, 3
        add     s4, s0, t0
        lw      s4, 4(s4)

        li      s5, 3           # all other ends are closed
2:      lw      a0, 0(s0)
        beq     a0, s3, 3f
        li      a7, CLOSE
        ecall
3:      lw      a0, 4(s0)
        beq     a0, s4, 4f
        li      a7, CLOSE
        ecall
4:      addi    s0, s0, 8
        addi    s5, s5, -1
        bnez    s5, 2b

        li      a7, WRITE       # first it writes,
        mv      a0, s4
        la      a1, buffer
        li      a2, SIZE
        ecall
        li      a7, READ        # and then it would read
        mv      a0, s3
        la      a1, buffer
        li      a2, SIZE
        ecall
        li      a7, EXIT
        li      a0, 0
        ecall
