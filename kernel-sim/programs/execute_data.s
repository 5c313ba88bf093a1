# execute_data: bytes that are instructions, in a place that is for data.
#
# What lies in .data here is `li a0, 0` and `ret`, as a machine sees it. But data
# may not be executed: otherwise a text that somebody types in could be a program,
# and a mistake in the length of an array would be enough to run it.
#
# Look at: the fault comes when the CPU fetches the instruction, not before: the
# jump itself is done.
#
# Ends: fault

        .data
        .align  2               # instructions stand at multiples of 4
function:
        .word   0x00000513      # li a0, 0
        .word   0x00008067      # ret

        .text
        .globl  _start
_start:
        la      t0, function
        jalr    t0              # go to the address in t0
        li      a7, 93          # never reached
        ecall
