/* hello: the same as programs/hello.s, in C. The compiler writes the instructions,
 * and crt0.s calls main with what the program was called with.
 *
 * In this folder, this makes hello.elf of it, which `ksim run c/hello.elf` runs:
 *
 *   riscv64-unknown-elf-gcc -march=rv32im -mabi=ilp32 -ffreestanding -nostdlib -static -O1 \
 *       crt0.s hello.c -o hello.elf
 *
 * That is: only instructions that this CPU has (rv32im), numbers in its registers
 * (ilp32), no library, and nothing that would have to be put together at the start.
 *
 * Look at: `ksim step c/hello.elf` prints the name of each function where it begins.
 */
#include "computer.h"

int main(int argc, char **argv)
{
    print("Hello from C! I am called ");
    print(argv[0]);
    print(".\n");
    for (int i = 1; i < argc; i++) {
        print("Argument ");
        print_number(i);
        print(" is ");
        print(argv[i]);
        print(".\n");
    }
    return 0;
}
