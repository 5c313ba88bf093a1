# null_pointer: a pointer that points nowhere.
#
# By agreement the address 0 means "nothing". No section is there, and so whoever
# forgets to ask whether a pointer is 0 is stopped at once, and not a thousand
# instructions later by some other mistake.
#
# Look at: what the fault says: address, access, and why.
#
# Ends: fault

        .text
        .globl  _start
_start:
        li      t0, 0           # a list without elements, say
        lw      a0, 4(t0)       # the second field of its first element
        li      a7, 93          # never reached
        ecall
