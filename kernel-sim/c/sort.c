/* sort: sorts the words that it is called with, or some of its own. Quicksort:
 * choose a word, put those that come before it to its left, and do the same with
 * both sides. Each call has its own stack frame.
 *
 * Ends with the number of calls of `sort`.
 */
#include "computer.h"

/* A constant array of addresses of constants: the compiler puts both behind the
 * code, or into a section of their own. */
static const char *const fruits[] = {"pear", "fig", "apple", "quince", "cherry", "lemon", "apple"};

static const char *words[32]; /* zero at the start: .bss */
static int calls = 0;

static int comes_before(const char *a, const char *b)
{
    while (*a != 0 && *a == *b) {
        a++;
        b++;
    }
    return *a < *b;
}

static void swap(const char **a, const char **b)
{
    const char *word = *a;
    *a = *b;
    *b = word;
}

/* Sorts the words from `first` up to, not including, `end`. */
__attribute__((noinline)) static void sort(const char **first, const char **end)
{
    calls++;
    if (end - first < 2)
        return;
    const char **middle = first; /* the chosen word is *first until the end */
    for (const char **word = first + 1; word < end; word++)
        if (comes_before(*word, *first))
            swap(++middle, word);
    swap(first, middle);
    sort(first, middle);
    sort(middle + 1, end);
}

int main(int argc, char **argv)
{
    int count = 0;
    if (argc > 1)
        for (int i = 1; i < argc && count < 32; i++)
            words[count++] = argv[i];
    else
        for (unsigned i = 0; i < sizeof fruits / sizeof *fruits; i++)
            words[count++] = fruits[i];
    sort(words, words + count);
    for (int i = 0; i < count; i++) {
        print(words[i]);
        print("\n");
    }
    return calls;
}
