# wrong: three mistakes, and what the assembler says to them.
        .globl  _start
_start:
        li      a7, EXIT        # EXIT is nowhere defined
        mov     a0, 1           # it is called li or mv here
        addi    a0, a0, 5000    # too large for an instruction
        ecall
