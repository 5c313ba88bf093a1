/* turns: several processes of it take turns on one CPU. Each says its number, lets
 * the others go first, and then sleeps, the first one longest.
 *
 * Look at: `ksim run c/turns.elf c/turns.elf --trace`. Each call that gives the CPU
 * away is an arrow: 3 for sched_yield, 4 for the sleep, and 5 when it is over.
 */
#include "computer.h"

static void say(const char *what)
{
    print("process ");
    print_number(getpid());
    print(what);
}

int main(void)
{
    say(" is here\n");
    sched_yield();
    say(" goes to sleep\n");
    sleep_milliseconds(50 - 10 * getpid());
    say(" is awake\n");
    exit(10 + getpid());
}
