# write_to_code: instructions are bytes, and still cannot be changed.
#
# The code section can be read and executed, and not written. A program cannot
# change itself by mistake, nor can anybody who tricks it into writing to a wrong
# address.
#
# Look at: the load works, the store does not.
#
# Ends: fault

        .text
        .globl  _start
_start:
        la      t0, victim
        lw      t1, 0(t0)       # reading an instruction is allowed
        sw      t1, 0(t0)       # writing one is not, not even the same
victim:
        li      a7, 93          # never reached
        ecall
