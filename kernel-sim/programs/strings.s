# strings: a text is bytes in a row, and a zero at the end if nobody says how long
# it is.
#
# Goes along a text byte by byte, turns small letters into capitals, and counts.
# `lbu` loads a byte, `sb` stores one; letters are numbers, and a capital is the
# small letter less 32.
#
# Look at: .asciz puts the zero there, .ascii does not.
#
# Prints:
#   every letter is a number
#   EVERY LETTER IS A NUMBER
# Ends: exit 24

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    STDOUT, 1

        .data
text:   .asciz  "every letter is a number"
newline:
        .ascii  "\n"

        .text
        .globl  _start
_start:
        la      a0, text
        call    print_line
        la      a0, text
        call    to_capitals
        la      a0, text
        call    print_line

        la      a0, text
        call    length          # the exit status is how long the text is
        li      a7, EXIT
        ecall

# a0 = address of a text. Gives in a0 how many bytes come before the zero.
length: mv      t0, a0
1:      lbu     t1, 0(t0)
        beqz    t1, 2f
        addi    t0, t0, 1
        j       1b
2:      sub     a0, t0, a0
        ret

# a0 = address of a text.
to_capitals:
1:      lbu     t0, 0(a0)
        beqz    t0, 3f
        li      t1, 'a'
        blt     t0, t1, 2f      # not a small letter
        li      t1, 'z'
        bgt     t0, t1, 2f      # not a small letter either
        addi    t0, t0, 'A' - 'a'
        sb      t0, 0(a0)
2:      addi    a0, a0, 1
        j       1b
3:      ret

# a0 = address of a text. Prints it, and ends the line.
print_line:
        addi    sp, sp, -16
        sw      ra, 12(sp)
        sw      s0, 8(sp)       # s0 belongs to the caller
        mv      s0, a0
        call    length
        mv      a2, a0
        mv      a1, s0
        li      a0, STDOUT
        li      a7, WRITE
        ecall
        li      a2, 1
        la      a1, newline
        li      a0, STDOUT
        li      a7, WRITE
        ecall
        lw      s0, 8(sp)
        lw      ra, 12(sp)
        addi    sp, sp, 16
        ret
