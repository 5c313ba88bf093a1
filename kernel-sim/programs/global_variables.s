# global_variables: three kinds of variables that live as long as the process.
#
#   .rodata  has a value and keeps it; it lies with the code and cannot be written
#   .data    has a value in the program's file, and may be written
#   .bss     is zero at the start; only its size is in the file
#
# A million bytes that are zero cost nothing on the disk, if they are in .bss.
# Two processes of this program have two of each, and count alike:
# `ksim run global_variables global_variables`.
#
# Look at: `ksim maps global_variables`, and that the size of the file does not tell
# the size of the process.
#
# Ends: exit 12

        .equ    EXIT, 93

        .section .rodata
step:   .word   5

        .data
counter:
        .word   2

        .bss
total:  .word   0
        .space  1000000         # a million bytes that are nowhere in the file

        .text
        .globl  _start
_start:
        lw      t0, step        # two instructions: the address, and the load
        lw      t1, counter
        add     t1, t1, t0
        sw      t1, counter, t2 # t2 is for the address
        lw      t3, total       # 0
        add     t3, t3, t1      # 7
        add     t3, t3, t0      # 12
        sw      t3, total, t2

        lw      a0, total
        li      a7, EXIT
        ecall
