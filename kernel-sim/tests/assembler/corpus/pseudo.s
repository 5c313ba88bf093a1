# Every pseudo-instruction.
        .text
        .globl  _start
_start:
        nop
        mv      a0, a1
        move    a0, a1
        not     a0, a1
        neg     a0, a1
        seqz    a0, a1
        snez    a0, a1
        sltz    a0, a1
        sgtz    a0, a1
        sgt     a0, a1, a2
        sgtu    a0, a1, a2
        zext.b  a0, a1
        zext.h  a0, a1
        sext.b  a0, a1
        sext.h  a0, a1
        beqz    a0, _start
        bnez    a0, _start
        blez    a0, _start
        bgez    a0, _start
        bltz    a0, end
        bgtz    a0, end
        bgt     a0, a1, end
        ble     a0, a1, end
        bgtu    a0, a1, end
        bleu    a0, a1, end
        j       end
        j       .
        jr      a0
        jr      8(a0)
        jr      a0, 8
        call    end
        call    t0, end
        call    variable
        tail    _start
        jump    _start, t2
        la      a0, variable
        la      a0, variable + 8
        la      a0, .
        lla     s1, _start
        la      a0, 0x12345678
        la      a0, 5
        unimp
        scall
        sbreak
end:    ret
        .bss
variable:
        .zero   12
