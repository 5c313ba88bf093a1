# memory_map: where everything is.
#
# Compares the addresses of an instruction, a variable with a value, one without,
# the break, and a local variable: code, data, heap and stack, from the lowest
# address to the highest, whatever these are in numbers.
#
# Look at: the same picture by `ksim maps memory_map`. The program cannot see the
# bounds of its sections; it can only find out where its own things are.
#
# Prints:
#   code is below data
#   data is below bss
#   bss is below the heap
#   the heap is below the stack
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    BRK, 214
        .equ    STDOUT, 1

        .section .rodata
code:   .asciz  "code is below data\n"
data:   .asciz  "data is below bss\n"
bss:    .asciz  "bss is below the heap\n"
heap:   .asciz  "the heap is below the stack\n"

        .data
with_value:
        .word   1

        .bss
without_value:
        .word   0

        .text
        .globl  _start
_start:
        la      s0, _start
        la      s1, with_value
        la      s2, without_value
        li      a7, BRK
        li      a0, 0
        ecall
        mv      s3, a0
        addi    sp, sp, -16
        mv      s4, sp          # the address of a local variable

        la      a0, code
        bltu    s0, s1, 1f
        j       wrong
1:      call    print
        la      a0, data
        bltu    s1, s2, 1f
        j       wrong
1:      call    print
        la      a0, bss
        bltu    s2, s3, 1f
        j       wrong
1:      call    print
        la      a0, heap
        bltu    s3, s4, 1f
        j       wrong
1:      call    print

        li      a0, 0
        j       exit
wrong:  li      a0, 1
exit:   li      a7, EXIT
        ecall

# a0 = a text with a zero at its end.
print:  mv      a1, a0
1:      lbu     t0, 0(a0)
        addi    a0, a0, 1
        bnez    t0, 1b
        sub     a2, a0, a1
        addi    a2, a2, -1      # without the zero
        li      a0, STDOUT
        li      a7, WRITE
        ecall
        ret
