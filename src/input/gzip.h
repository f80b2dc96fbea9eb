/* gzip.h - unpack gzip (RFC 1952), the form in which logs are rotated.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_GZIP_H
#define INPUT_GZIP_H

#include "base/error.h"
#include "input/stored.h"

struct gzip;

/* Unpacks what `stored` gives, which stays the caller's. */
struct gzip *gzip_new(struct stored *stored);
/* At most n bytes; 0 at the end; -1 and *why where the data is truncated or
 * damaged, after every byte before that place has been given. */
ssize_t gzip_read(struct gzip *gzip, char *into, size_t n, struct error *why);
void gzip_free(struct gzip *gzip);

#endif
