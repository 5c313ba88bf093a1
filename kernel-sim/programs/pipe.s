# pipe: a child tells its parent something.
#
# A pipe has two ends, each of which is an open file: what is written to one comes
# out of the other. It is made before the child, and so both have both ends. Each
# closes the one that it does not need.
#
# Look at: that the parent closes the end for writing. As long as anybody has it
# open, more may come, and there is no end: `read` would wait for ever.
#
# Prints:
#   parent: my child says: good morning
#   parent: and that was all
# Ends: exit 0

        .equ    CLOSE, 57
        .equ    PIPE2, 59       # pipe2(address of two words, 0)
        .equ    READ, 63        # read(file, address, length)
        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    CLONE, 220
        .equ    SIGCHLD, 17
        .equ    STDOUT, 1

        .data
        .align  2
ends:   .word   0, 0            # to read from, to write to
buffer: .zero   64
says:   .asciz  "parent: my child says: "
all:    .asciz  "parent: and that was all\n"
word:   .ascii  "good morning\n"
        .equ    WORD, . - word

        .text
        .globl  _start
_start:
        li      a7, PIPE2
        la      a0, ends
        li      a1, 0
        ecall
        li      a7, CLONE
        li      a0, SIGCHLD
        li      a1, 0
        ecall
        beqz    a0, child

        li      a7, CLOSE
        lw      a0, ends + 4
        ecall
        li      a7, READ        # waits until something is there
        lw      a0, ends
        la      a1, buffer
        li      a2, 63          # a zero stays at the end
        ecall
        la      a0, says
        call    print
        la      a0, buffer
        call    print
        li      a7, READ        # waits until the child has closed its end
        lw      a0, ends
        la      a1, buffer
        li      a2, 63
        ecall
        bnez    a0, exit        # 0 is the end
        la      a0, all
        call    print
        li      a0, 0
        j       exit

child:  li      a7, CLOSE
        lw      a0, ends
        ecall
        li      a7, WRITE
        lw      a0, ends + 4
        la      a1, word
        li      a2, WORD
        ecall
        li      a0, 0
exit:   li      a7, EXIT        # which closes all files
        ecall

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
