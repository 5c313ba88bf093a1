# pid: who am I?
#
# Each process has a number, and the kernel knows it by that number. The program
# is the same, and its processes are not: run this several times at once, and each
# counts with its own number and its own variables.
#
# Look at: `ksim run pid.s pid.s pid.s --quantum 20`: lines of several processes,
# mixed, and no count is ever wrong.
#
# Prints:
#   process 1 counts 1
#   process 1 counts 2
#   process 1 counts 3
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    GETPID, 172
        .equ    STDOUT, 1

        .data
count:  .word   0
line:   .space  48

        .section .rodata
process:
        .asciz  "process "
counts: .asciz  " counts "

        .text
        .globl  _start
_start:
        li      a7, GETPID
        ecall
        mv      s0, a0
again:
        lw      s1, count
        addi    s1, s1, 1
        sw      s1, count, t0

        # The whole line is written with one call, so that no other process gets
        # in between its words.
        la      a0, line
        la      a1, process
        call    append_text
        mv      a1, s0
        call    append_number
        la      a1, counts
        call    append_text
        mv      a1, s1
        call    append_number
        li      t0, '\n'
        sb      t0, 0(a0)
        addi    a0, a0, 1

        la      a1, line
        sub     a2, a0, a1
        li      a0, STDOUT
        li      a7, WRITE
        ecall
        li      t0, 3
        bne     s1, t0, again

        li      a7, EXIT
        li      a0, 0
        ecall

# a0 = where to write, a1 = a text. Gives in a0 where to go on writing.
append_text:
1:      lbu     t0, 0(a1)
        beqz    t0, 2f
        sb      t0, 0(a0)
        addi    a0, a0, 1
        addi    a1, a1, 1
        j       1b
2:      ret

# a0 = where to write, a1 = a number. Gives in a0 where to go on writing.
append_number:
        li      t0, 10
        li      t1, 1           # the greatest power of ten that is not greater
1:      mul     t2, t1, t0
        bgtu    t2, a1, 2f
        mv      t1, t2
        j       1b
2:      divu    t2, a1, t1      # the first digit
        remu    a1, a1, t1
        addi    t2, t2, '0'
        sb      t2, 0(a0)
        addi    a0, a0, 1
        divu    t1, t1, t0
        bnez    t1, 2b
        ret
