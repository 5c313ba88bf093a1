# A branch over exactly 4092 bytes may be short, and may as well be long: then
# it is itself what puts its target out of its reach. GNU's assembler guesses
# before it knows where the target is, and here one can see how: the target is
# at its offset from the last place where the linker could take something out.
        .globl  _start
_start: nop
        .section .text.short
        .zero   4104
        beq     a0, a1, 1f
        .zero   4080
        nop
        nop
1:      nop
        .section .text.long
        .zero   4104
        beq     a0, a1, 1f
        .zero   4084
        nop
1:      nop
        .section .text.call
        .zero   4104
        beq     a0, a1, 1f
        .zero   4072
        nop
        nop
        call    _start
1:      nop
        .section .text.upper
        .zero   4104
        beq     a0, a1, 1f
        .zero   4076
        nop
        nop
        lui     a0, %hi(_start)
1:      nop
        .section .text.lower
        .zero   4104
        beq     a0, a1, 1f
        .zero   4076
        nop
        nop
        addi    a0, a0, %lo(_start)
1:      nop
        .section .text.jump
        .zero   4104
        beq     a0, a1, 1f
        .zero   4076
        nop
        nop
        j       _start
1:      nop
        .section .text.number
        .zero   4104
        beq     a0, a1, 1f
        .zero   4072
        nop
        nop
        li      a0, 0x12345678
1:      nop
