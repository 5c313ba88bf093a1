/* computer.h: what a C program may ask the simulated computer for, and a few
 * functions to print with. There is no other library.
 *
 * The calls have Linux's numbers and meanings, so that the same file runs under
 * Linux, or under qemu-riscv32. The call's number goes into a7 and its arguments
 * into a0, a1, a2; `ecall` is a trap, and the kernel's answer comes back in a0. An
 * answer from -4095 to -1 is an error.
 *
 * Source: include/uapi/asm-generic/unistd.h of Linux; syscall(2).
 */
#ifndef COMPUTER_H
#define COMPUTER_H

enum { WRITE = 64, EXIT_GROUP = 94, NANOSLEEP = 101, SCHED_YIELD = 124, GETPID = 172, BRK = 214 };

static inline long call(long number, long first, long second, long third)
{
    register long a7 __asm__("a7") = number;
    register long a0 __asm__("a0") = first;
    register long a1 __asm__("a1") = second;
    register long a2 __asm__("a2") = third;
    /* The kernel reads and writes memory that we give it the address of. */
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
    return a0;
}

/* Writes to a file, 1 being the screen. Gives how many bytes it has written. */
static inline long write(int file, const void *bytes, unsigned long length)
{
    return call(WRITE, file, (long)bytes, length);
}

/* Ends the process, as if main had returned that. */
static inline _Noreturn void exit(int status)
{
    for (;;)
        call(EXIT_GROUP, status, 0, 0);
}

/* Lets others have the CPU. */
static inline void sched_yield(void)
{
    call(SCHED_YIELD, 0, 0, 0);
}

/* The number of this process. */
static inline int getpid(void)
{
    return call(GETPID, 0, 0, 0);
}

/* Waits for so many milliseconds. A 32-bit RISC-V under Linux has no call of this
 * number; the simulated computer has. */
static inline void sleep_milliseconds(int milliseconds)
{
    int time[2] = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    call(NANOSLEEP, (long)time, 0, 0);
}

/* Moves the end of the heap. Gives where it is then: elsewhere if that cannot be,
 * and brk(0) only asks. */
static inline char *brk(void *end)
{
    return (char *)call(BRK, (long)end, 0, 0);
}

/* How many bytes come before the one that is zero. */
static inline unsigned long length_of(const char *text)
{
    unsigned long length = 0;
    while (text[length] != 0)
        length++;
    return length;
}

/* Writes a text to the screen. */
static inline void print(const char *text)
{
    write(1, text, length_of(text));
}

/* Writes a number to the screen, in decimal. */
static inline void print_number(unsigned number)
{
    char digits[10];
    int first = sizeof digits;
    do {
        digits[--first] = '0' + number % 10;
        number /= 10;
    } while (number != 0);
    write(1, digits + first, sizeof digits - first);
}

#endif
