# zombie: who has ended is kept until its parent has asked how.
#
# The child ends at once. Its memory is free, but the kernel keeps its PCB, because
# there is the exit code, and the parent may ask for it. The parent sleeps first.
#
# Look at: `ksim ps zombie --at 9000`. The child is Terminated and still there.
#
# Prints:
#   parent: I have slept, and ask only now
#   parent: it was 7
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    SLEEP, 101
        .equ    CLONE, 220
        .equ    WAIT4, 260
        .equ    SIGCHLD, 17
        .equ    ANY, -1         # whichever child it is
        .equ    STDOUT, 1

        .data
        .align  2
status: .word   0
time:   .word   0, 5000000      # 5 milliseconds
slept:  .asciz  "parent: I have slept, and ask only now\n"
ended:  .ascii  "parent: it was "
code:   .asciz  "?\n"

        .text
        .globl  _start
_start:
        li      a7, CLONE
        li      a0, SIGCHLD
        li      a1, 0
        ecall
        bnez    a0, parent

        li      a7, EXIT        # the child
        li      a0, 7
        ecall

parent: li      a7, SLEEP
        la      a0, time
        li      a1, 0
        ecall
        la      a0, slept
        call    print

        li      a7, WAIT4       # does not wait: somebody has ended
        li      a0, ANY
        la      a1, status
        li      a2, 0
        li      a3, 0
        ecall
        lw      t0, status
        srli    t0, t0, 8
        addi    t0, t0, '0'
        sb      t0, code, t1
        la      a0, ended
        call    print
        li      a7, EXIT
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
