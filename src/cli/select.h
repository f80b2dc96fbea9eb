/* select.h - which files the operands of a command mean.
 *
 * A directory stands for the logs in it. A log that holds again what another of them
 * holds is left out, and so is a file that was named before: its lines would count twice.
 * SPDX-License-Identifier: MIT */
#ifndef CLI_SELECT_H
#define CLI_SELECT_H

#include "base/buffer.h"
#include "cli/settings.h"

/* SKIP(ID, "name", en, ru): why a file is not read. */
#define SKIPS(SKIP) \
	SKIP(COPY, "copy", "same lines", "те же строки") \
	SKIP(SAME, "same", "same file", "тот же файл") \
	SKIP(OTHER, "other", "not a mail log's name", "имя не почтового лога") \
	SKIP(NO_LOG, "no_log", "no log inside", "внутри не лог") \
	SKIP(DIRECTORY, "directory", "directory", "каталог")

enum skip {
#define SKIP(id, name, en, ru) SKIP_##id,
	SKIPS(SKIP)
#undef SKIP
};
const char *skip_name(enum skip skip);
const char *skip_text(enum skip skip, enum lang lang);

struct skipped {
	char *path;
	enum skip why;
	char *of; /* COPY, SAME: the log that is read instead; else NULL */
};
struct selection {
	const char **paths; /* in the order of the operands; of a directory by name, older parts first */
	bool *found;        /* in a directory, not named */
	size_t n;
	struct skipped *skipped;
	size_t n_skipped, skipped_capacity;
};

/* From settings->files; what --db and --output name is never taken from a directory. */
void selection_make(struct selection *selection, const struct settings *settings);
void selection_release(struct selection *selection);
/* Was it found in a directory? */
bool selection_found(const struct selection *selection, const char *path);
/* What of the logs is not read, for a remark; empty when all is. */
void selection_tell(const struct selection *selection, struct buffer *out);

#endif
