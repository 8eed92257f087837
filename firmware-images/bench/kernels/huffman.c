// SPDX-License-Identifier: Apache-2.0
// Huffman coding: counts bytes, builds the tree, encodes to bits, decodes through the tree and compares.
#include "bench.h"

#define TEXT_BYTES 2048u
#define SYMBOLS    64u
#define NODES      (2 * SYMBOLS)
#define NONE       0xffffu

typedef struct { uint32_t weight; uint16_t parent, child[2]; } node;

static uint8_t text[TEXT_BYTES], bits[TEXT_BYTES * 2];
static node nodes[NODES];
static uint32_t codes[SYMBOLS];
static uint8_t code_lengths[SYMBOLS];

static void write_text(void) // low symbols are frequent
{
    uint32_t seed = 5;
    for (uint32_t i = 0; i < TEXT_BYTES; i++) {
        const uint32_t r = random32(&seed);
        text[i] = (uint8_t)((r & r >> 6 & r >> 12) & (SYMBOLS - 1));
    }
}

static uint16_t lightest(uint16_t count)
{
    uint16_t best = NONE;
    for (uint16_t i = 0; i < count; i++)
        if (nodes[i].parent == NONE && nodes[i].weight > 0 && (best == NONE || nodes[i].weight < nodes[best].weight))
            best = i;
    return best;
}

static uint16_t build_tree(void)
{
    for (unsigned i = 0; i < NODES; i++)
        nodes[i] = (node){ 0, NONE, { NONE, NONE } };
    for (uint32_t i = 0; i < TEXT_BYTES; i++)
        nodes[text[i]].weight++;
    for (uint16_t next = SYMBOLS;; next++) {
        const uint16_t first = lightest(next);
        nodes[first].parent = next;
        const uint16_t second = lightest(next);
        if (second == NONE) {
            nodes[first].parent = NONE;
            return first;
        }
        nodes[second].parent = next;
        nodes[next] = (node){ nodes[first].weight + nodes[second].weight, NONE, { first, second } };
    }
}

static void assign_codes(void)
{
    for (uint16_t symbol = 0; symbol < SYMBOLS; symbol++) {
        codes[symbol] = code_lengths[symbol] = 0;
        for (uint16_t at = symbol; nodes[at].parent != NONE; at = nodes[at].parent)
            codes[symbol] |= (uint32_t)(nodes[nodes[at].parent].child[1] == at) << code_lengths[symbol]++;
    }
}

static uint32_t encode(void)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < sizeof bits; i++)
        bits[i] = 0;
    for (uint32_t i = 0; i < TEXT_BYTES; i++)
        for (uint8_t left = code_lengths[text[i]]; left-- > 0; at++)
            bits[at / 8] |= (uint8_t)((codes[text[i]] >> left & 1) << at % 8);
    return at;
}

static bool decodes_to_text(uint16_t root)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < TEXT_BYTES; i++) {
        uint16_t n = root;
        for (; n >= SYMBOLS; at++)
            n = nodes[n].child[bits[at / 8] >> at % 8 & 1];
        if (n != text[i])
            return false;
    }
    return true;
}

const char kernel_name[] = "huffman";
const uint32_t kernel_checksum = 0xeda3804e;

uint32_t kernel_run(void)
{
    write_text();
    const uint16_t root = build_tree();
    assign_codes();
    const uint32_t bit_count = encode();
    if (!decodes_to_text(root))
        return 0;
    uint32_t sum = fold(root, bit_count);
    for (uint32_t i = 0; i < bit_count / 8; i++)
        sum = fold(sum, bits[i]);
    return sum;
}
