/* heap: where malloc gets memory from. The heap is empty at the start. `brk` moves
 * its end, and `allocate` hands out what is between, from the bottom up; it never
 * takes anything back. A real malloc does, and asks for the same.
 *
 * Look at: `ksim maps c/heap.elf --at 100`, then `ksim maps c/heap.elf --at 9000`, and
 * `ksim maps c/heap.elf --at 30000`.
 */
#include "computer.h"

static char *next = 0; /* the first byte that nobody has */
static char *end = 0;  /* the break */

/* So many bytes, for ever; or a null pointer if there are no more. */
static void *allocate(unsigned long size)
{
    if (next == 0)
        next = end = brk(0);
    size = (size + 7) / 8 * 8; /* so that all that we hand out begins at a multiple of 8 */
    if (size > (unsigned long)(end - next)) {
        unsigned long more = (size + 4095) / 4096 * 4096;
        char *wanted = end + more;
        if (brk(wanted) != wanted)
            return 0;
        end = wanted;
    }
    void *block = next;
    next += size;
    return block;
}

/* A number and the way to the next one. */
struct link {
    unsigned number;
    struct link *rest;
};

int main(void)
{
    struct link *list = 0;
    for (unsigned i = 1; i <= 1000; i++) {
        struct link *link = allocate(sizeof *link);
        if (link == 0) {
            print("no memory\n");
            return 1;
        }
        link->number = i;
        link->rest = list;
        list = link;
    }

    unsigned sum = 0, count = 0;
    for (struct link *link = list; link != 0; link = link->rest) {
        sum += link->number;
        count++;
    }
    print_number(count);
    print(" links, the sum is ");
    print_number(sum);
    print("\n");

    /* More than there is: the answer is that nothing has changed. */
    if (allocate(0xf0000000) == 0)
        print("and no process gets 3,840 MiB\n");
    return 0;
}
