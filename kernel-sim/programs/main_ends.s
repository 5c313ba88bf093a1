# main_ends: a process ends with its main thread, whatever its other threads do.
#
# So all threads but the main one are what Python calls daemon threads. To wait for
# one, see threads_share.
#
# The other thread is in the middle of counting, and would be for ever. When the main
# thread ends, the process does, and with it the memory that the other one counts in.
#
# Look at: `ksim run main_ends`, at the end of the thread: with process.
#
# Prints:
#   main: I end, and so does everybody here
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    SCHED_YIELD, 124
        .equ    CLONE, 220
        .equ    STDOUT, 1
        .equ    FLAGS, 0x10f00  # VM, FS, FILES, SIGHAND, THREAD: see threads_share

        .section .rodata
said:   .ascii  "main: I end, and so does everybody here\n"
        .equ    SAID, . - said

        .bss
        .align  4
stack:  .zero   1024
top:

        .text
        .globl  _start
_start:
        li      a7, CLONE
        li      a0, FLAGS
        la      a1, top
        ecall
        beqz    a0, other
        li      a7, SCHED_YIELD # so that the other one begins
        ecall
        li      a7, WRITE
        li      a0, STDOUT
        la      a1, said
        li      a2, SAID
        ecall
        li      a7, EXIT
        li      a0, 0
        ecall

other:  addi    s0, s0, 1
        j       other
