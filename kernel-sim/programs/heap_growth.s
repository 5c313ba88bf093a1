# heap_growth: memory that is asked for while the program runs.
#
# The heap begins at the next page after the data, and is empty at first. `brk` moves its
# end, the *break*: brk(0) says where it is, and brk(address) moves it there if the
# kernel agrees. What was added is zero, and belongs to the process until it ends
# or moves the break back.
#
# Look at: `ksim maps heap_growth --at 0`, then `ksim maps heap_growth --at 2500`; and
# what happens if the store comes before the `brk`.
#
# Prints:
#   room for 1000 numbers, of which the last is 999
# Ends: exit 0

        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    BRK, 214        # brk(address) gives the break
        .equ    STDOUT, 1
        .equ    COUNT, 1000

        .data
text:   .ascii  "room for 1000 numbers, of which the last is "
digits: .ascii  "???\n"
        .equ    LENGTH, . - text

        .text
        .globl  _start
_start:
        li      a7, BRK
        li      a0, 0
        ecall                   # where is the break?
        mv      s0, a0          # there the numbers will begin
        li      t0, COUNT * 4   # four bytes each
        add     s1, s0, t0      # and there they will end
        mv      a0, s1
        ecall                   # move the break
        bne     a0, s1, refused

        mv      t0, s0          # write 0, 1, 2, ... into the new memory
        li      t1, 0
1:      sw      t1, 0(t0)
        addi    t1, t1, 1
        addi    t0, t0, 4
        bne     t0, s1, 1b

        lw      t2, -4(s1)      # the last one
        la      t0, digits + 3
        li      t1, 10
2:      remu    t3, t2, t1
        divu    t2, t2, t1
        addi    t3, t3, '0'
        addi    t0, t0, -1
        sb      t3, 0(t0)
        bnez    t2, 2b

        li      a7, WRITE
        li      a0, STDOUT
        la      a1, text
        li      a2, LENGTH
        ecall
        li      a7, BRK         # give everything back
        mv      a0, s0
        ecall
        li      a0, 0
        j       exit
refused:
        li      a0, 1
exit:   li      a7, EXIT
        ecall
