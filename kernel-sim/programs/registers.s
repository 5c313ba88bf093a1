# registers: all that the CPU calculates with are 32 registers of 32 bits each.
#
# An instruction takes its operands from registers and puts its result into one.
# `zero` is always 0, whatever is written to it. Which register is for what is
# agreed upon and not enforced: a0 to a7 are for arguments, t0 to t6 for what is
# needed for a moment, s0 to s11 for what is kept for longer.
#
# Look at: `ksim step registers` shows which register each instruction changes, and the
# program counter, which goes from address to address. A context switch saves
# exactly these, and puts those of another process in their place.
#
# Ends: exit 33

        .equ    EXIT, 93

        .text
        .globl  _start
_start:
        li      t0, 7           # t0 = 7
        li      t1, 5           # t1 = 5
        add     t2, t0, t1      # t2 = 7 + 5 = 12
        sub     t3, t0, t1      # t3 = 7 - 5 = 2
        mul     t4, t2, t3      # t4 = 12 * 2 = 24
        addi    t4, t4, 10      # t4 = 34: this number is in the instruction
        li      zero, 99        # goes nowhere: zero stays 0
        add     t5, t4, zero    # t5 = 34 + 0
        not     t6, zero        # t6 = all bits set, which is -1
        add     a0, t5, t6      # a0 = 34 - 1 = 33

        li      t0, 0x12345678  # A number of 32 bits does not fit into an
                                # instruction of 32 bits: this takes two of them.
        li      a7, EXIT
        ecall
