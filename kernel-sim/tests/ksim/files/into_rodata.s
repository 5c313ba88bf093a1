# into_rodata: does not ask to exit, and there is text behind its last instruction.
        .globl  _start
_start: li      a0, 1
        .section .rodata
text:   .ascii  "hello"
