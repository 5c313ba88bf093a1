# Labels: several on a line, numeric ones, with dots and dollars, as registers
# and instructions are called, and in other places than at the beginning.
        .globl  _start
_start: first: second:
        j       first; j second; third: j third
1:      j       1b
        j       1f
1: 2:   j       1b
        bnez    a0, 1b
        bnez    a0, 2b
        bnez    a0, 2f
        j       01f
2:      j       2b
01:     nop
        .L1: .Llocal: nop
        j       .L1
with.dot: with$dollar: _: j with.dot
        j       with$dollar
        j       _
add:    j       add
a0:     j       a0
größe:  j       größe
1:      auipc   a0, %pcrel_hi(datum)
        addi    a0, a0, %pcrel_lo(1b)
2:      auipc   a1, %pcrel_hi(datum + 4)
        lw      a1, %pcrel_lo(2b)(a1)
        sw      a1, %pcrel_lo(1b)(a0)
        lbu     a2, %pcrel_lo(3f)(a1)
3:      auipc   a1, %pcrel_hi(_start)
4:      la      a0, datum
        lw      a0, %pcrel_lo(4b)(a0)
        call    _start@plt
        tail    _start@plt
8:      j       010b
        /* a comment
           over two lines */ nop /* and one in a line */ ; nop
        .data
datum:  .word   1b, 2b - 1b, 1f
1:      .word   0
