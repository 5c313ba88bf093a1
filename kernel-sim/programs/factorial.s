# factorial: a function that calls itself, and the stack that makes it possible.
#
# n! = n * (n - 1)!. Each call needs its own n and its own way back, while all of
# them are under way at once. So each puts them on the stack, from which the sp
# goes downwards:
#
#       higher  │ n = 5, way back to _start    │
#               │ n = 4, way back to n = 5     │
#               │ n = 3, way back to n = 4     │ ◀ sp while 2! is calculated
#       lower   ▼ what is below is free
#
# Look at: sp in `ksim step factorial`. It goes down by 16 with each call and comes
# back up with each return.
#
# Ends: exit 120

        .equ    EXIT, 93

        .text
        .globl  _start
_start:
        li      a0, 5
        call    factorial       # a0 = 5! = 120

        li      a7, EXIT
        ecall

# a0 = n. Gives n! in a0.
factorial:
        li      t0, 1
        ble     a0, t0, smallest

        addi    sp, sp, -16     # take room; sp stays a multiple of 16
        sw      ra, 12(sp)      # the way back: `call` has put it into ra, and
                                # the next `call` will put another one there
        sw      a0, 8(sp)       # n
        addi    a0, a0, -1
        call    factorial       # a0 = (n - 1)!
        lw      t0, 8(sp)       # n
        mul     a0, a0, t0
        lw      ra, 12(sp)
        addi    sp, sp, 16      # give the room back
        ret

smallest:
        li      a0, 1
        ret
