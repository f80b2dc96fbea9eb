/* digest.c - SipHash-2-4 (Aumasson and Bernstein), its key being what came before.
 * SPDX-License-Identifier: MIT */
#include "base/digest.h"

#include <endian.h>

static uint64_t rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static void rounds(uint64_t v[4], int n)
{
	while (n--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

static void take(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	rounds(v, 2);
	v[0] ^= word;
}

uint64_t digest(uint64_t before, struct slice s)
{
	const uint64_t key = 0x736d74706c6f6773; /* "smtplogs" */
	uint64_t v[4] = { before ^ 0x736f6d6570736575, key ^ 0x646f72616e646f6d,
	                  before ^ 0x6c7967656e657261, key ^ 0x7465646279746573 };
	uint64_t last = (uint64_t)s.n << 56;
	size_t whole = s.n & ~(size_t)7;

	for (size_t i = 0; i < whole; i += 8)
		take(v, le64toh(slice_load64(s.p + i)));
	for (size_t i = whole; i < s.n; i++)
		last |= (uint64_t)(unsigned char)s.p[i] << 8 * (i - whole);
	take(v, last);
	v[2] ^= 0xff;
	rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
