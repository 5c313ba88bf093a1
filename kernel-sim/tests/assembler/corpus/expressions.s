# Operators, their precedence, and everything that can be a number. GNU's & | ^
# bind more tightly than + and -, a comparison that holds is -1, and >> lets
# zeroes in.
        .data
first:  .word   1 + 2 * 3, (1 + 2) * 3, 1 | 2 + 4, 6 & 3 + 1, 1 << 2 + 1
        .word   7 ^ 2 * 2, 4 | 1 ^ 1, 5 ! 3, 1 - 1 == 0, 2 - 1 - 1
        .word   4 + 5 & 1, 1 + 2 | 1, 1 + 2 ^ 3, 1 + 2 ! 3, 6 & 3 * 2
        .word   1 == 1 + 1, 0 || 1 && 0, 1 && 1 == 1, 2 - 1 == 1
        .word   ~0, -1, !0, !5, - -5, -(-5), ~-1, !~0, +5, --5
        .word   3 == 3, 3 != 3, 3 <> 4, 2 > 1, 2 < 1, 2 >= 2, 2 <= 1
        .word   1 && 2, 1 && 0, 0 || 0, 0 || 5, 1 || 1 && 0
        .word   10 % 4, -10 % 4, -7 / 2, 7 / -2, 1 << 31, 0x80000000 >> 31
        .dword  -1 >> 4, 1 << 63, 0xffffffffffffffff, -1
        .word   0x1F, 0X1f, 0b101, 0B11, 017, 0, 00, 4294967295
        .word   'a', 'b + 1, ' ', '\t', '\b', '\f', '\r', '\v', '\\', '\'', '\"', ';', '#', '/'
        .word   last - first, first - last, last - first + 4, 4 + last - first
        .word   (last - first) / 4, (last - first) * 2 - 1, last > first
        .word   first, first + 4, 4 + first, last - 4, . , . + 4, . - first
        .word   two, two * two, two_first - first, two_first, alias
        .equ    two, 2
        .set    two_first, first + two
        alias = last
        .byte   last - . - 80, two
        .half   last - first, -1, 65535, -32768
        .word   later
        later = earlier + 1
        earlier = 7
        earlier = 8
        .word   earlier, later
        .set    counter, 1
        .word   counter
        .set    counter, counter + 1
        .word   counter
last:
