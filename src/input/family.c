/* family.c - SPDX-License-Identifier: MIT */
#include "input/family.h"

#include "base/mem.h"

static const struct { struct slice part, whole; } copies[] = {
#define COPY(part, whole) { SLICE_INIT(part), SLICE_INIT(whole) },
#include "input/family.def"
};

static const struct slice others[] = {
#define OTHER(name) SLICE_INIT(name),
#include "input/family.def"
};

static const struct slice other_ends[] = {
#define OTHER_END(ending) SLICE_INIT(ending),
#include "input/family.def"
};

static struct slice base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slice_of(slash ? slash + 1 : path);
}

/* "exim_rejectlog" ends in "rejectlog", "hotmail.info" not in "mail.info". */
static bool ends_with_word(struct slice name, struct slice word)
{
	unsigned char before = name.n > word.n ? (unsigned char)name.p[name.n - word.n - 1] : '-';

	return slice_ends(name, word) && (unsigned)((before | 0x20) - 'a') >= 26;
}

char *family_whole(const char *log, size_t n)
{
	struct slice name = base_of(log);

	for (size_t i = 0; i < sizeof copies / sizeof *copies; i++)
		if (ends_with_word(name, copies[i].part) && n-- == 0)
			return xasprintf("%.*s%.*s", (int)(strlen(log) - copies[i].part.n), log, SLICE_ARG(copies[i].whole));
	return NULL;
}

bool family_is_other(const char *log)
{
	struct slice name = base_of(log);

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (slice_eq(name, others[i]))
			return true;
	for (size_t i = 0; i < sizeof other_ends / sizeof *other_ends; i++)
		if (slice_ends(name, other_ends[i]))
			return true;
	return false;
}
