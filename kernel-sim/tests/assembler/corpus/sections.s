# Sections with further names follow the ones that they belong to, in the order
# of their first mention, each at its own alignment.
        .section .text.late, "ax", @progbits
        .align  4
late:   j       _start
        .byte   1, 2
        .section .rodata.strings, "a"
strings: .string "strings"
        .section .data.table, "aw", @progbits
        .align  3
table:  .word   late, strings, table, zeroes, _start
        .section .bss.more, "aw", @nobits
        .align  2
zeroes: .zero   9
        .text
        .globl  _start, late
_start: beq     a0, a1, late
        call    late
        la      a0, strings
        la      a1, table
        lw      a2, zeroes
        .data
        .byte   5
        .section .rodata
        .align  3
        .byte   6
        .bss
        .byte   0
        .section .text.late
        ret
        .text
        .word   strings - table, late - _start
        la      a0, _edata
        la      a0, edata
        la      a0, __bss_start
        la      a0, _end
        la      a0, end
        la      a0, __BSS_END__
        la      a0, _etext
        la      a0, etext
        la      a0, __etext
        la      gp, __global_pointer$
        la      a0, __DATA_BEGIN__
        la      a0, __SDATA_BEGIN__
        .word   _end - _start
