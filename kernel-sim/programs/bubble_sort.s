# bubble_sort: an array, and how to get at its elements.
#
# The element with the number i is at the array's address + 4 * i: that is all
# that an array is. Neighbours that are in the wrong order change places, until a
# whole round finds none.
#
# Look at: `bgt` compares as if the numbers had signs; with `bgtu` the negative
# ones would be the greatest of all.
#
# Prints:
#   -7 -1 0 3 3 8 42 99
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    STDOUT, 1

        .data
        .align  2
array:  .word   42, 3, -7, 99, 0, 8, -1, 3
array_end:
line:   .space  64

        .text
        .globl  _start
_start:
        la      s0, array
        la      s1, array_end - 4       # the last element has no neighbour
round:
        li      t6, 0           # whether this round has changed anything
        mv      t0, s0
1:      lw      t1, 0(t0)
        lw      t2, 4(t0)
        ble     t1, t2, 2f
        sw      t2, 0(t0)
        sw      t1, 4(t0)
        li      t6, 1
2:      addi    t0, t0, 4
        bne     t0, s1, 1b
        bnez    t6, round

        la      a0, line
        addi    s1, s1, 4
3:      lw      a1, 0(s0)
        call    append_number
        li      t0, ' '
        sb      t0, 0(a0)
        addi    a0, a0, 1
        addi    s0, s0, 4
        bne     s0, s1, 3b

        li      t0, '\n'        # in place of the last blank
        sb      t0, -1(a0)
        la      a1, line
        sub     a2, a0, a1
        li      a0, STDOUT
        li      a7, WRITE
        ecall
        li      a7, EXIT
        li      a0, 0
        ecall

# a0 = where to write, a1 = a number with a sign. Gives in a0 where to go on.
append_number:
        bgez    a1, 1f
        li      t0, '-'
        sb      t0, 0(a0)
        addi    a0, a0, 1
        neg     a1, a1
1:      li      t0, 10
        li      t1, 1           # the greatest power of ten that is not greater
2:      mul     t2, t1, t0
        bgtu    t2, a1, 3f
        mv      t1, t2
        j       2b
3:      divu    t2, a1, t1      # the first digit
        remu    a1, a1, t1
        addi    t2, t2, '0'
        sb      t2, 0(a0)
        addi    a0, a0, 1
        divu    t1, t1, t0
        bnez    t1, 3b
        ret
