# stack_overflow: a function that calls itself and never comes to an end.
#
# Each call puts its way back on the stack, and the stack goes down and down until
# it leaves its section. Below the stack there is nothing, and the store that goes
# there is the process's last instruction.
#
# Look at: the address of the fault, and where the stack begins in
# `ksim maps stack_overflow`.
#
# Ends: fault

        .text
        .globl  _start
_start:
deeper: addi    sp, sp, -16
        sw      ra, 12(sp)
        call    deeper          # and nobody ever returns
        lw      ra, 12(sp)
        addi    sp, sp, 16
        ret
