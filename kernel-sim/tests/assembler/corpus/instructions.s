# Every instruction of RV32I and M, with small, large, negative and symbolic
# operands, and with the registers by number and by name.
        .text
        .globl  _start
_start:
        lui     a0, 0
        lui     x31, 0xfffff
        lui     t0, %hi(table)
        lui     t0, %hi(table + 0x800)
        lui     t0, %hi(0x12345fff)
        auipc   a0, 0
        auipc   gp, 0x80000
        jal     _start
        jal     zero, _start
        jal     t0, end
        jal     x1, . + 8
        jalr    a0
        jalr    a0, a1
        jalr    a0, 4(a1)
        jalr    a0, (a1)
        jalr    a0, a1, -2048
        jalr    2047(a1)
        jalr    a0, 8
        jalr    a0, %lo(end)(a1)
        beq     a0, a1, _start
        bne     a0, a1, end
        blt     x0, x1, .
        bge     t6, s11, . - 4
        bltu    s0, fp, _start + 4
        bgeu    a0, zero, end
        lb      a0, 0(sp)
        lh      a0, -2048(sp)
        lw      a0, 2047(sp)
        lbu     a0, (sp)
        lhu     a0, 2 * 4 + 1 (sp)
        lw      a0, %lo(table)(t0)
        lw      a0, table
        lbu     s1, table + 4
        sb      a0, 0(sp)
        sh      a0, -1(sp)
        sw      a0, %lo(table + 4)(t0)
        sw      a0, table, t1
        sb      zero, table + 9, t1
        addi    a0, a1, -2048
        addi    a0, a1, 2047
        addi    a0, a1, 0xffffffff
        addi    a0, a1, %lo(table)
        slti    a0, a1, 'a'
        sltiu   a0, a1, -1
        xori    a0, a1, ~5
        ori     a0, a1, 1 << 10
        andi    a0, a1, 255
        slli    a0, a1, 0
        srli    a0, a1, 31
        srai    a0, a1, 4 * 4
        add     a0, a1, a2
        sub     s2, s3, s4
        sll     s5, s6, s7
        slt     s8, s9, s10
        sltu    t3, t4, t5
        xor     a3, a4, a5
        srl     a6, a7, tp
        sra     ra, sp, gp
        or      t0, t1, t2
        and     x10, x20, x30
        mul     a0, a1, a2
        mulh    a0, a1, a2
        mulhsu  a0, a1, a2
        mulhu   a0, a1, a2
        div     a0, a1, a2
        divu    a0, a1, a2
        rem     a0, a1, a2
        remu    a0, a1, a2
        fence
        fence   rw, w
        fence   iorw, iorw
        fence   i, o
        fence.tso
        ecall
        ebreak
        # Arithmetic with a number, without the i.
        add     a0, a1, 5
        slt     a0, a1, -5
        sltu    a0, a1, 5
        xor     a0, a1, 5
        or      a0, a1, 5
        and     a0, a1, 5
        sll     a0, a1, 5
        srl     a0, a1, 5
        sra     a0, a1, 5
        ADD     a0, a1, a2
end:    ret
        .data
table:  .word   1, 2, 3
