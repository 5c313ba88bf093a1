# orphan: a parent ends before its child, and the kernel takes the child.
#
# `getppid` is who one's parent is. When that has ended, it is 0, the kernel, which
# does not ask how the child has ended: it is gone at once, and never a zombie.
#
# The parent must not end before the child has looked. So it reads from a pipe, in
# which nothing is until the child has written.
#
# Look at: `ksim run orphan --calls`, at what getppid answers.
#
# Prints:
#   child: I have a parent
#   child: and now I have none
# Ends: exit 0

        .equ    CLOSE, 57
        .equ    PIPE2, 59
        .equ    READ, 63
        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    SLEEP, 101
        .equ    GETPPID, 173
        .equ    CLONE, 220
        .equ    SIGCHLD, 17
        .equ    STDOUT, 1

        .data
        .align  2
ends:   .word   0, 0            # the files of the pipe: to read, to write
time:   .word   0, 1000000      # a millisecond
byte:   .byte   0
have:   .asciz  "child: I have a parent\n"
none:   .asciz  "child: and now I have none\n"

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

        li      a7, READ        # waits for the child
        lw      a0, ends
        la      a1, byte
        li      a2, 1
        ecall
        j       exit

child:  li      a7, GETPPID
        ecall
        beqz    a0, exit        # that would be wrong
        la      a0, have
        call    print
        li      a7, WRITE       # and now it may end
        lw      a0, ends + 4
        la      a1, byte
        li      a2, 1
        ecall
again:  li      a7, SLEEP
        la      a0, time
        li      a1, 0
        ecall
        li      a7, GETPPID
        ecall
        bnez    a0, again
        la      a0, none
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
