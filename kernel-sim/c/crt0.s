# crt0: where a C program begins. C knows main, and the loader knows _start.
#
# On the stack, from sp on, lie argc, argv[0], argv[1] and so on, as the System V
# ABI says. Variables that are zero at the start are zero already: the loader has
# made them so.

        .file   "crt0.s"        # for the table of names: the text is compiled by way of
                                # a file whose name is another one each time
        .globl  _start
_start:
        .option push
        .option norelax         # or the linker would compute gp from gp
        la      gp, __global_pointer$   # variables near it are reached by one
        .option pop                     # instruction instead of two
        lw      a0, 0(sp)       # argc
        addi    a1, sp, 4       # argv
        call    main
        li      a7, 94          # exit_group, with what main has returned in a0
        ecall
