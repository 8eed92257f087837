// SPDX-License-Identifier: Apache-2.0
// List processing: builds a linked list in shuffled memory order, reverses it, sorts it by merging, searches it.
#include "bench.h"

#define NODES 1000u

typedef struct node {
    struct node *next;
    uint32_t key;
    uint32_t value;
} node;

static node nodes[NODES];

static node *build(void)
{
    uint32_t seed = 0x1234567;
    node *head = NULL;
    for (uint32_t i = 0; i < NODES; i++) {
        node *item = &nodes[i * 377u % NODES]; // 377 and 1000 have no common factor: each node once
        item->key = random32(&seed) >> 12;
        item->value = i;
        item->next = head;
        head = item;
    }
    return head;
}

static node *reverse(node *head)
{
    node *reversed = NULL;
    while (head) {
        node *next = head->next;
        head->next = reversed;
        reversed = head;
        head = next;
    }
    return reversed;
}

static node *merge(node *left, node *right)
{
    node *head;
    node **tail = &head;
    while (left && right) {
        node **smaller = left->key <= right->key ? &left : &right;
        *tail = *smaller;
        tail = &(*smaller)->next;
        *smaller = *tail;
    }
    *tail = left ? left : right;
    return head;
}

static node *split(node *head)
{
    node *slow = head, *fast = head->next;
    while (fast && fast->next)
        slow = slow->next, fast = fast->next->next;
    node *second = slow->next;
    slow->next = NULL;
    return second;
}

static node *sort(node *head)
{
    if (!head || !head->next)
        return head;
    node *second = split(head);
    return merge(sort(head), sort(second));
}

static uint32_t find(const node *head, uint32_t key)
{
    uint32_t position = 0;
    while (head && head->key < key)
        head = head->next, position++;
    return position;
}

const char kernel_name[] = "list";
const uint32_t kernel_checksum = 0x07645295;

uint32_t kernel_run(void)
{
    node *head = sort(reverse(build()));
    uint32_t sum = 0, seed = 99;
    for (unsigned i = 0; i < 64; i++)
        sum = fold(sum, find(head, random32(&seed) >> 12));
    for (const node *item = head; item; item = item->next)
        sum = fold(sum, item->key ^ item->value);
    return sum;
}
