# Addresses that are plain numbers.
        .equ    FIXED, 0x20000
        .globl  _start
_start: la      a0, FIXED
        lla     a0, FIXED + 4
        call    FIXED
        tail    0x20000
        jump    FIXED, t0
        j       FIXED
        jal     FIXED
        jal     a0, FIXED + 8
        beq     a0, a1, FIXED
        beqz    a0, 0x10000
1:      auipc   a0, %pcrel_hi(FIXED)
        addi    a0, a0, %pcrel_lo(1b)
        lui     a0, %hi(FIXED)
        lw      a0, %lo(FIXED)(a0)
        la      a0, later
        .equ    later, 0x30000
