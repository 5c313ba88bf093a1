# stack_frames: local variables, and where they are.
#
# A function takes room on the stack for what only it needs, its *frame*, and
# gives it back when it returns. Here each call of `frame` has a local array, sums
# it up, and calls itself further down. What is printed is how far below the first
# frame each one is: 48 bytes, 96 bytes, and so on.
#
# Look at: one function, called five times, has five arrays at once, and nobody
# has said where.
#
# Prints:
#   frame at start - 48
#   frame at start - 96
#   frame at start - 144
#   frame at start - 192
#   frame at start - 240
# Ends: exit 50

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    STDOUT, 1

        .data
words:  .ascii  "frame at start - "
        .equ    WORDS_LENGTH, . - words
        .space  10              # room for ten digits
digits_end:
        .ascii  "\n"

        .text
        .globl  _start
_start:
        mv      s0, sp          # where it starts
        li      a0, 5
        call    frame
        li      a7, EXIT
        ecall

# a0 = how many more frames. Gives the sum of all arrays.
#
#       48(sp) ┌──────────────┐
#              │ ra           │ 44(sp)
#              │ s1           │ 40(sp)  the depth
#              ├──────────────┤
#              │ array[3]     │ 12(sp)
#              │ array[2]     │  8(sp)
#              │ array[1]     │  4(sp)
#        0(sp) │ array[0]     │  0(sp)
#              └──────────────┘
frame:  addi    sp, sp, -48
        sw      ra, 44(sp)
        sw      s1, 40(sp)
        mv      s1, a0

        li      t0, 1           # array = { 1, 2, 3, 4 }
        sw      t0, 0(sp)
        li      t0, 2
        sw      t0, 4(sp)
        li      t0, 3
        sw      t0, 8(sp)
        li      t0, 4
        sw      t0, 12(sp)

        sub     a0, s0, sp
        call    print_distance

        li      a0, 0
        addi    t0, s1, -1
        beqz    t0, 1f          # the innermost frame has no more below it
        mv      a0, t0
        call    frame           # puts its own array elsewhere
1:
        lw      t0, 0(sp)       # and so this one is as it was
        add     a0, a0, t0
        lw      t0, 4(sp)
        add     a0, a0, t0
        lw      t0, 8(sp)
        add     a0, a0, t0
        lw      t0, 12(sp)
        add     a0, a0, t0

        lw      s1, 40(sp)
        lw      ra, 44(sp)
        addi    sp, sp, 48
        ret

# Prints the words, a0, which is not negative, and the end of the line.
print_distance:
        la      t0, digits_end  # the digits grow to the left, from here
        li      t1, 10
1:      remu    t2, a0, t1
        divu    a0, a0, t1
        addi    t2, t2, '0'
        addi    t0, t0, -1
        sb      t2, 0(t0)
        bnez    a0, 1b

        li      a7, WRITE
        li      a0, STDOUT
        la      a1, words
        li      a2, WORDS_LENGTH
        ecall                   # changes a0 and nothing else
        li      a0, STDOUT
        mv      a1, t0
        la      a2, digits_end + 1
        sub     a2, a2, t0
        ecall
        ret
