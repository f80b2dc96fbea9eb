/* digest.h - hashes of bytes that are stored: the same on every machine and for ever,
 * and nobody who writes into a log can make two texts meet on purpose.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/slice.h"

/* Of s behind what `before` is the digest of; 0: of s alone. */
uint64_t digest(uint64_t before, struct slice s);

#endif
