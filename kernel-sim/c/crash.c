/* crash: follows a pointer that was never set, three functions deep. The kernel
 * ends this process and says where it was: in which function, and how many bytes
 * from its beginning.
 */
#include "computer.h"

struct tab {
    const char *title;
    int *visits;
};

static struct tab tab = {"news", 0}; /* nobody has set `visits` */

__attribute__((noinline)) static void count_visit(struct tab *tab)
{
    *(volatile int *)tab->visits = 1;
}

__attribute__((noinline)) static void open_tab(struct tab *tab)
{
    print("opening ");
    print(tab->title);
    print(" ...\n");
    count_visit(tab);
    print("never said\n");
}

int main(void)
{
    open_tab(&tab);
    return 0;
}
