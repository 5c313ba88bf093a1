# infinite_loop: a process that never gives the CPU away.
#
# It makes no call, and it does not end. Yet others run beside it: the timer
# interrupts it after its quantum, and the kernel gives the CPU to the next one.
# The loop does not notice. That is preemption.
#
# Run it beside another program, and with --max-ticks, for it has no end:
# `ksim run infinite_loop sum_loop --max-ticks 20000`.
#
# Look at: the other program's output; and how much of the time this one got.
#
# Ends: never

        .text
        .globl  _start
_start:
        j       _start
