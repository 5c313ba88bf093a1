# kill: a process ends another one, which does not want to.
#
# The child would never end. The parent sends it signal 9, which nobody can refuse,
# and learns from the status by what it has ended: the lowest seven bits are the
# signal. A fault has a number there, too, 11.
#
# Signal 0 is no signal. It asks whether there is such a process.
#
# Prints:
#   parent: it was ended by signal 9
#   parent: now nobody has that number
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    KILL, 129       # kill(pid, signal)
        .equ    CLONE, 220
        .equ    WAIT4, 260
        .equ    SIGKILL, 9
        .equ    SIGCHLD, 17
        .equ    ESRCH, 3        # there is no such process
        .equ    STDOUT, 1

        .data
        .align  2
status: .word   0
ended:  .ascii  "parent: it was ended by signal "
signal: .asciz  "?\n"
nobody: .asciz  "parent: now nobody has that number\n"

        .text
        .globl  _start
_start:
        li      a7, CLONE
        li      a0, SIGCHLD
        li      a1, 0
        ecall
        beqz    a0, .           # the child: for ever
        mv      s0, a0

        li      a7, KILL
        li      a1, SIGKILL
        ecall
        li      a7, WAIT4
        mv      a0, s0
        la      a1, status
        li      a2, 0
        li      a3, 0
        ecall
        lw      t0, status
        andi    t0, t0, 0x7f
        addi    t0, t0, '0'
        sb      t0, signal, t1
        la      a0, ended
        call    print

        li      a7, KILL
        mv      a0, s0
        li      a1, 0
        ecall
        addi    a0, a0, ESRCH
        bnez    a0, exit
        la      a0, nobody
        call    print
        li      a0, 0
exit:   li      a7, EXIT
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
