# exec: a process becomes another program.
#
# `execve` throws away all memory of the process and loads a program from the disk
# in its place. The number stays, and so do the parent and the open files. So to
# start a program is two steps: a copy of oneself, and then another program in it.
#
# Look at: it does not return. What would come after it is never executed.
#
# Prints:
#   Hello, world!
#   parent: my child was a copy of me, and then it was hello
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    CLONE, 220
        .equ    EXECVE, 221     # execve(address of the name, 0, 0)
        .equ    WAIT4, 260
        .equ    SIGCHLD, 17
        .equ    STDOUT, 1

        .section .rodata
name:   .asciz  "hello"
said:   .ascii  "parent: my child was a copy of me, and then it was hello\n"
        .equ    SAID, . - said

        .text
        .globl  _start
# ANCHOR: exec
_start:
        li      a7, CLONE
        li      a0, SIGCHLD
        li      a1, 0
        ecall
        beqz    a0, child

        li      a7, WAIT4
        li      a1, 0           # how it has ended does not matter
        li      a2, 0
        li      a3, 0
        ecall
        li      a7, WRITE
        li      a0, STDOUT
        la      a1, said
        li      a2, SAID
        ecall
        li      a7, EXIT
        li      a0, 0
        ecall

child:  li      a7, EXECVE
        la      a0, name
        li      a1, 0           # no arguments but the name
        li      a2, 0           # and no environment
        ecall
        li      a7, EXIT        # only if there is no such program
        li      a0, 1
        ecall
# ANCHOR_END: exec
