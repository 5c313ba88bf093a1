# message_queue: messages stay whole, and one can ask for those of a type.
#
# The child sends three messages, of the types 1, 2 and 1. The parent asks for the
# type 2 first, and gets it, although it was sent as the second one. Then it takes
# the others in their order.
#
# A message begins with its type, a word, and then its text comes. The queue is
# nobody's: it would be there after the end of both, if nobody removed it.
#
# Prints:
#   urgent
#   first
#   second
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    MSGGET, 186     # msgget(key, flags)
        .equ    MSGCTL, 187     # msgctl(queue, command, 0)
        .equ    MSGRCV, 188     # msgrcv(queue, address, room, type, flags)
        .equ    MSGSND, 189     # msgsnd(queue, address, length, flags)
        .equ    CLONE, 220
        .equ    SIGCHLD, 17
        .equ    STDOUT, 1
        .equ    PRIVATE, 0      # a queue without a key
        .equ    RMID, 0         # remove it

        .data
        .align  2
first:  .word   1               # its type, and then its text
first_text:
        .ascii  "first\n"
        .equ    FIRST, . - first_text
        .align  2
urgent: .word   2
urgent_text:
        .ascii  "urgent\n"
        .equ    URGENT, . - urgent_text
        .align  2
second: .word   1
second_text:
        .ascii  "second\n"
        .equ    SECOND, . - second_text
        .align  2
buffer: .zero   4 + 64

        .text
        .globl  _start
_start:
        li      a7, MSGGET
        li      a0, PRIVATE
        li      a1, 0600        # for this family alone
        ecall
        mv      s0, a0
        li      a7, CLONE
        li      a0, SIGCHLD
        li      a1, 0
        ecall
        beqz    a0, child

        li      a3, 2           # the first of type 2
        call    receive
        li      a3, 0           # the first of all
        call    receive
        li      a3, 0
        call    receive
        li      a7, MSGCTL
        mv      a0, s0
        li      a1, RMID
        ecall
        j       exit

child:  li      a7, MSGSND
        mv      a0, s0
        la      a1, first
        li      a2, FIRST
        li      a3, 0
        ecall
        mv      a0, s0
        la      a1, urgent
        li      a2, URGENT
        ecall
        mv      a0, s0
        la      a1, second
        li      a2, SECOND
        ecall
exit:   li      a7, EXIT
        li      a0, 0
        ecall

# Shows the first message of the type a3, or waits for one.
receive:
        li      a7, MSGRCV
        mv      a0, s0
        la      a1, buffer
        li      a2, 64
        li      a4, 0
        ecall
        mv      a2, a0
        li      a7, WRITE
        li      a0, STDOUT
        la      a1, buffer + 4
        ecall
        ret
