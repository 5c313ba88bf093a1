# fibonacci: functions that call functions, and who keeps which register.
#
# Each number is the sum of the two before it. `print_number` may use t0 to t6 and
# a0 to a7 as it likes: these belong to whoever is called. What the loop needs is
# in s0 to s2, which belong to the caller: a function that wants them has to save
# them first.
#
# Look at: what happens if the loop kept its numbers in t0 to t2 instead.
#
# Prints:
#   0 1 1 2 3 5 8 13 21 34 55 89 144 233 377
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    STDOUT, 1

        .data
        .space  10              # room for ten digits
digits_end:
        .ascii  " "
newline:
        .ascii  "\n"

        .text
        .globl  _start
_start:
        li      s0, 0           # this number
        li      s1, 1           # the next one
        li      s2, 15          # how many are still to come
again:
        mv      a0, s0
        call    print_number
        add     t0, s0, s1
        mv      s0, s1
        mv      s1, t0
        addi    s2, s2, -1
        bnez    s2, again

        la      a1, newline
        li      a2, 1
        li      a0, STDOUT
        li      a7, WRITE
        ecall
        li      a7, EXIT
        li      a0, 0
        ecall

# Prints a0, which is not negative, and a blank.
print_number:
        la      a1, digits_end  # where the text begins: further and further left
        li      t0, 10
1:      remu    t1, a0, t0      # 1: is a label that may be used many times;
        divu    a0, a0, t0      # 1b below is the last one above
        addi    t1, t1, '0'
        addi    a1, a1, -1
        sb      t1, 0(a1)
        bnez    a0, 1b
        la      a2, digits_end + 1
        sub     a2, a2, a1      # how long it has become
        li      a0, STDOUT
        li      a7, WRITE
        ecall
        ret                     # `ecall` changes a0 and nothing else
