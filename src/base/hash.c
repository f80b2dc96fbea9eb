/* hash.c - SPDX-License-Identifier: MIT */
#include "base/hash.h"

#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static const uint64_t k1 = 0xa0761d6478bd642fu, k2 = 0xe7037ed1a0b428dbu, k3 = 0x8ebc6af09c88c6e3u;

uint64_t hash_secret[3];

/* Before main(), so that no thread ever sees it change. */
__attribute__((constructor)) static void choose_secret(void)
{
	if (getentropy(hash_secret, sizeof hash_secret) != 0) {
		hash_secret[0] = (uint64_t)time(NULL) * k1 ^ (uint64_t)getpid();
		hash_secret[1] = hash_secret[0] * k2;
		hash_secret[2] = hash_secret[1] * k3;
	}
	hash_secret[2] |= 1;
}

static uint64_t fold(uint64_t a, uint64_t b)
{
	hash_wide product = (hash_wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Eight bytes at a time; the last step reads the final eight bytes again where they
 * overlap. */
static inline uint64_t mix(struct slice s, uint64_t seed)
{
	uint64_t h = seed ^ (s.n * 0x9e3779b97f4a7c15u);
	size_t i = 0;

	for (; i + 8 < s.n; i += 8)
		h = fold(h ^ slice_load64(s.p + i), k1);
	if (s.n >= 8)
		h ^= slice_load64(s.p + s.n - 8);
	else if (s.n)
		h ^= hash_short(s);
	return fold(h ^ k2, k3);
}

uint64_t hash_bytes(struct slice s)
{
	return mix(s, hash_secret[0]);
}

uint64_t hash_fixed(struct slice s)
{
	return mix(s, 0x2d358dccaa6c78a5u);
}
