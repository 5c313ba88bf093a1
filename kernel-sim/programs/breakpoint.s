# breakpoint: `ebreak` calls for a debugger, as `ecall` calls for the kernel.
#
# A debugger writes this instruction over another one, waits until the CPU gets
# there, and puts the old one back. Without a debugger nobody waits for it, and
# the process ends.
#
# Ends: breakpoint

        .text
        .globl  _start
_start:
        li      s0, 12345       # what a debugger would find in s0
        ebreak
        li      a7, 93          # never reached
        ecall
