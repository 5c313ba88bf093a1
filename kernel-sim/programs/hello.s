# hello: a program lies on the disk as bytes. Loaded, it becomes a process, and
# asks the kernel to write what it has to say.
#
# A program cannot reach the screen itself. It puts into registers what it wants
# and executes `ecall`, which is a trap: the CPU stops, and the kernel looks.
# Which call is meant is in a7, its arguments are in a0, a1, a2 and so on, and the
# answer comes back in a0. The numbers of the calls are Linux's.
#
# Look at: the two sections. The instructions are in .text and the message is in
# .rodata; `la` puts the address of the message into a register.
#
# Prints:
#   Hello, world!
# Ends: exit 0

        .equ    WRITE, 64       # write(file, address, length)
        .equ    EXIT, 93        # exit(status)
        .equ    STDOUT, 1       # the file that is the screen

        .section .rodata        # what is only read
message:
        .ascii  "Hello, world!\n"
        .equ    LENGTH, . - message     # from there to here, in bytes

        .text                   # instructions
        .globl  _start          # the program begins at _start
_start:
        li      a7, WRITE
        li      a0, STDOUT
        la      a1, message
        li      a2, LENGTH
        ecall

        li      a7, EXIT
        li      a0, 0           # 0 means that all is well
        ecall
