// SPDX-License-Identifier: Apache-2.0
// Sorting: quicksort and heapsort of the same 2000 numbers, compared with each other.
#include "bench.h"

#define COUNT 2000

static uint32_t quick[COUNT], heap[COUNT];

static void swap(uint32_t *a, uint32_t *b)
{
    const uint32_t kept = *a;
    *a = *b;
    *b = kept;
}

static void quicksort(uint32_t *items, int32_t first, int32_t last)
{
    while (first < last) {
        const uint32_t pivot = items[first + (last - first) / 2];
        int32_t low = first, high = last;
        while (low <= high) {
            while (items[low] < pivot)
                low++;
            while (items[high] > pivot)
                high--;
            if (low <= high)
                swap(&items[low++], &items[high--]);
        }
        quicksort(items, first, high);
        first = low;
    }
}

static void sift_down(uint32_t *items, uint32_t root, uint32_t count)
{
    for (uint32_t child = 2 * root + 1; child < count; root = child, child = 2 * root + 1) {
        if (child + 1 < count && items[child] < items[child + 1])
            child++;
        if (items[root] >= items[child])
            return;
        swap(&items[root], &items[child]);
    }
}

static void heapsort(uint32_t *items, uint32_t count)
{
    for (uint32_t root = count / 2; root-- > 0;)
        sift_down(items, root, count);
    while (count > 1) {
        swap(&items[0], &items[--count]);
        sift_down(items, 0, count);
    }
}

const char kernel_name[] = "sort";
const uint32_t kernel_checksum = 0x07759a7f;

uint32_t kernel_run(void)
{
    uint32_t seed = 2718281, sum = 0;
    for (unsigned i = 0; i < COUNT; i++)
        quick[i] = heap[i] = random32(&seed) >> 8;
    quicksort(quick, 0, COUNT - 1);
    heapsort(heap, COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        if (quick[i] != heap[i])
            return 0;
        sum = fold(sum, quick[i]);
    }
    return sum;
}
