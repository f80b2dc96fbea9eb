/* pack.h - what the numbers of a pack may be; pack.c tells what they are.
 * SPDX-License-Identifier: MIT */
#ifndef STORE_PACK_H
#define STORE_PACK_H

#include "store/sql.h"

enum {
	PLACES = 64,
	NUMBERS = 55000, /* below U+D800, the first surrogate */
	HIGHS = 1100000, /* high numbers go beyond, up to the last character */
	LOW = 2048,      /* a low number is less, and takes two bytes at most */
	SURROGATES = 0x800,
	SIDE = 200,      /* of late and of untimed */
	SINGLE_NUMBERS = 3, FURTHER_NUMBERS = 3,
};
#define TEXT_OF(number) #number
#define SQL_OF(number) TEXT_OF(number)
#define SQL_WIDE "2252800000" /* HIGHS * LOW */

#endif
