# odd: a program without _start, which is assembled with a warning.
begin:
        li      a7, 93
        li      a0, 3
        ecall
