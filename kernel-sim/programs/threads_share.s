# threads_share: two threads of one process have everything in common but their
# registers and their stacks.
#
# `clone` with these flags makes no copy. The new thread goes on at the same place,
# in the same memory; only sp is another one, because two threads on one stack would
# overwrite each other's local variables. The memory for it comes from this program.
#
# The main thread has to know when the other one has ended. For that, the kernel
# sets a word to zero then, and `futex` waits for it: see mutex.
#
# Look at: the variable. One thread writes it, the other one reads what was written.
# The local variables have the same name and are two.
#
# Prints:
#   thread: I set the variable to 42, and my own to 2
#   main: the variable is 42
#   main: my own is still 1
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    FUTEX, 98       # futex(address, operation, value, 0)
        .equ    FUTEX_WAIT, 0
        .equ    CLONE, 220      # clone(flags, stack, 0, 0, word for the end)
        .equ    STDOUT, 1
        .equ    VM, 0x100       # in common: the memory,
        .equ    FS, 0x200
        .equ    FILES, 0x400    # the open files,
        .equ    SIGHAND, 0x800
        .equ    THREAD, 0x10000 # the process
        .equ    CLEARTID, 0x200000      # sets a word to zero at its end
        .equ    SETTID, 0x1000000       # and to its number at its beginning
        .equ    FLAGS, VM + FS + FILES + SIGHAND + THREAD + CLEARTID + SETTID

        .data
        .align  2
variable:
        .word   0
thread: .word   0               # the number of the other one, until it ends
set:    .asciz  "thread: I set the variable to 42, and my own to 2\n"
is42:   .asciz  "main: the variable is 42\n"
is1:    .asciz  "main: my own is still 1\n"

        .bss
        .align  4
stack:  .zero   1024
top:

        .text
        .globl  _start
# ANCHOR: two
_start:
        addi    sp, sp, -16     # room for a local variable
        li      t0, 1
        sw      t0, 0(sp)

        li      a7, CLONE
        li      a0, FLAGS
        la      a1, top         # a stack goes down from its end
        li      a2, 0
        li      a3, 0
        la      a4, thread
        ecall
        beqz    a0, other

wait:   lw      a2, thread      # its number, as long as it is there
        beqz    a2, ended
        li      a7, FUTEX
        la      a0, thread
        li      a1, FUTEX_WAIT
        li      a3, 0
        ecall
        j       wait
# ANCHOR_END: two

ended:  lw      t0, variable
        li      t1, 42
        bne     t0, t1, wrong
        la      a0, is42
        call    print
        lw      t0, 0(sp)
        li      t1, 1
        bne     t0, t1, wrong
        la      a0, is1
        call    print
        li      a0, 0
        j       exit
wrong:  li      a0, 1
exit:   li      a7, EXIT
        ecall

other:  addi    sp, sp, -16     # its own stack
        li      t0, 2
        sw      t0, 0(sp)
        li      t0, 42
        sw      t0, variable, t1
        la      a0, set
        call    print
        li      a0, 0
        j       exit            # the end of this thread

# a0 = a text with a zero at its end.
print:  mv      a1, a0
1:      lbu     t0, 0(a0)
        addi    a0, a0, 1
        bnez    t0, 1b
        sub     a2, a0, a1
        addi    a2, a2, -1
        li      a0, STDOUT
        li      a7, WRITE
        ecall
        ret
