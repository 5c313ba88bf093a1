# Data of all widths, strings, space and padding.
        .data
        .byte   0, 1, -1, 127, 255, -128
        .2byte  0x1234
        .half   0x1234
        .short  -2
        .hword  65535
        .byte   1
        .word   0x12345678
        .long   -1
        .int    7
        .4byte  0xffffffff
        .dword  0x123456789abcdef0
        .quad   -2
        .8byte  1
        .ascii  "no end", "and" " no " "comma", ""
        .asciz  "end"
        .string "two", "ends"
        .asciz  "one" "end"
        .ascii  "\b\f\n\r\t\v\0\7\08\1234\x1\xfff\"\\\'"
        .ascii  "größe; # not a comment /* nor this */ // nor this"
        .zero   3
        .space  2, 7
        .skip   1
        .fill   2
        .fill   2, 2
        .fill   3, 2, 0x1234
        .fill   2, 8, -1
        .fill   1, 8, 0x123456789
        .align  2
        .byte   1
        .align  3, 7
        .byte   2
        .p2align 4, , 2
        .byte   3
        .p2align 4, 5, 15
        .byte   4
        .balign 8
        .byte   5
        .balign 1
        .balign 0
        .word   table, table + 4
        .dword  table, table - . , 5
        .section ".rodata"
        .byte   1
        .align  2
        .string "read only"
table:  .word   1f, 2f - 1f, 2f
1:      .byte   1
2:      .byte   2
        .bss
        .byte   0
        .align  4
        .space  5
        .word   0
        .zero   2
