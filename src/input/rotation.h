/* rotation.h - the names that rotation gives to the older parts of a log.
 *
 * mail.log, mail.log.1, mail.log.2.gz; mail.log-20261120, mail.log-20261120.xz,
 * mail.log.2026-11-20, mail-20261120.log, mail.1.log. Names only tell where to look and
 * in which order; what a file is, its content says.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_ROTATION_H
#define INPUT_ROTATION_H

#include "base/slice.h"

/* Where a part stands: the higher its number the older, the later its date the younger,
 * and youngest the log that is written. */
struct age {
	enum { AGE_NUMBER, AGE_DATE, AGE_CURRENT } kind;
	char digits[24];
};
/* Older first. */
int age_compare(const struct age *a, const struct age *b);

/* A name without what a compressor adds. */
struct slice rotation_unpacked(struct slice name);

/* The path of the log that a path is a part of, and its age; the caller frees it. */
char *rotation_log(const char *path, struct age *age);

struct part {
	char *path;
	struct age age;
};
/* The parts of a log that stand beside it, older first, then by name. */
struct parts {
	struct part *list;
	size_t n, capacity;
};
void parts_find(struct parts *parts, const char *log);
void parts_release(struct parts *parts);

#endif
