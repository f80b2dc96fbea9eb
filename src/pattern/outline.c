/* outline.c - classes of bytes. SPDX-License-Identifier: MIT */
#include "pattern/outline.h"

/* Atoms, with their high and low halves. */
enum {
	DIGITS = 1,   /* 3: 0-9 */
	DOT = 2,      /* 2: e */
	DASH = 4,     /* 2: d */
	SIGNS = 8,    /* 2: b f; + and / */
	UNDER = 16,   /* 5: f */
	A_TO_O = 32,  /* 4 6: 1-f; of both cases, as the next two */
	P_TO_Z = 64,  /* 5 7: 0-a */
	A_TO_F = 128, /* 4 6: 1-6 */
	LETTERS = A_TO_O | P_TO_Z,
};

#define FRONT (DIGITS | LETTERS)
const unsigned char atoms_by_low[16] = {
	DIGITS | P_TO_Z, FRONT | A_TO_F, FRONT | A_TO_F, FRONT | A_TO_F, FRONT | A_TO_F, FRONT | A_TO_F, FRONT | A_TO_F,
	FRONT, FRONT, FRONT, LETTERS, SIGNS | A_TO_O, A_TO_O, DASH | A_TO_O, DOT | A_TO_O, SIGNS | UNDER | A_TO_O,
};
const unsigned char atoms_by_high[16] = {
	[2] = DOT | DASH | SIGNS, [3] = DIGITS, [4] = A_TO_O | A_TO_F, [5] = P_TO_Z | UNDER, [6] = A_TO_O | A_TO_F,
	[7] = P_TO_Z,
};

unsigned char class_atoms(enum byte_class class)
{
	static const unsigned char atoms[N_CLASSES] = {
		[CLASS_WORD] = DIGITS | LETTERS | DOT | DASH | SIGNS | UNDER,
		[CLASS_NAME] = DIGITS | LETTERS | DOT | DASH | UNDER,
		[CLASS_HOST] = DIGITS | LETTERS | DOT | DASH,
		[CLASS_ALNUM] = DIGITS | LETTERS,
		[CLASS_HEX] = DIGITS | A_TO_F | DOT,
		[CLASS_NUMBER] = DIGITS | DOT,
		[CLASS_DIGIT] = DIGITS,
	};

	return atoms[class];
}

#define BIT(c) ((uint64_t)1 << (c) % 64)
#define DIGIT_BITS ((BIT('9') << 1) - BIT('0'))
#define LETTER_BITS (((BIT('Z') << 1) - BIT('A')) | ((BIT('z') << 1) - BIT('a')))
#define HEX_BITS (((BIT('F') << 1) - BIT('A')) | ((BIT('f') << 1) - BIT('a')))

const struct bytes *class_bytes(enum byte_class class)
{
	static const struct bytes bytes[N_CLASSES] = {
		[CLASS_WORD] = { { DIGIT_BITS | BIT('.') | BIT('-') | BIT('+') | BIT('/'), LETTER_BITS | BIT('_') } },
		[CLASS_NAME] = { { DIGIT_BITS | BIT('.') | BIT('-'), LETTER_BITS | BIT('_') } },
		[CLASS_HOST] = { { DIGIT_BITS | BIT('.') | BIT('-'), LETTER_BITS } },
		[CLASS_ALNUM] = { { DIGIT_BITS, LETTER_BITS } },
		[CLASS_HEX] = { { DIGIT_BITS | BIT('.'), HEX_BITS } },
		[CLASS_NUMBER] = { { DIGIT_BITS | BIT('.') } },
		[CLASS_DIGIT] = { { DIGIT_BITS } },
		[CLASS_ANY] = { { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } },
	};

	return &bytes[class];
}
