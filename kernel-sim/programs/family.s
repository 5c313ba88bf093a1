# family: a process makes a copy of itself, and asks later how that has ended.
#
# `clone` returns twice: in the parent with the pid of the child, and in the child
# with 0. Both go on at the same place, with the same registers and with the same
# bytes in memory, but each with memory of its own.
#
# `wait4` has the parent wait until the child has ended. What it finds in the status
# is the child's exit code, eight bits up.
#
# Look at: `ksim ps family --at 9000`, where the child sleeps and the parent waits.
#
# Prints:
#   child: I am a copy
#   parent: my child has ended with 3
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    SLEEP, 101
        .equ    CLONE, 220      # clone(flags, stack, ...)
        .equ    WAIT4, 260      # wait4(pid, address of the status, options, 0)
        .equ    SIGCHLD, 17     # what a parent is sent at the end of a child
        .equ    STDOUT, 1

        .data
        .align  2
status: .word   0
time:   .word   0, 5000000      # 5 milliseconds
copy:   .asciz  "child: I am a copy\n"
ended:  .ascii  "parent: my child has ended with "
code:   .asciz  "?\n"

        .text
        .globl  _start
# ANCHOR: family
_start:
        li      a7, CLONE
        li      a0, SIGCHLD     # a copy, and nothing in common
        li      a1, 0           # with the stack where it is
        ecall
        beqz    a0, child

        li      a7, WAIT4       # a0 is the child's pid
        la      a1, status
        li      a2, 0
        li      a3, 0
        ecall
        lw      t0, status
        srli    t0, t0, 8       # the exit code
        addi    t0, t0, '0'
        sb      t0, code, t1
        la      a0, ended
        call    print
        li      a0, 0
        j       exit
# ANCHOR_END: family

# ANCHOR: child
child:  li      a7, SLEEP
        la      a0, time
        li      a1, 0
        ecall
        la      a0, copy
        call    print
        li      a0, 3
exit:   li      a7, EXIT
        ecall
# ANCHOR_END: child

# a0 = a text with a zero at its end.
print:  mv      a1, a0
1:      lbu     t0, 0(a0)
        addi    a0, a0, 1
        bnez    t0, 1b
        sub     a2, a0, a1
        addi    a2, a2, -1      # without the zero
        li      a0, STDOUT
        li      a7, WRITE
        ecall
        ret
