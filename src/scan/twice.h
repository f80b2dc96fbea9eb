/* twice.h - lines that a process says twice.
 *
 * Exim sends a refusal to syslog as a line of its mainlog and again, at once, as one of
 * its rejectlog. The second is an echo: the next line of the same process, with the same
 * text, within TWICE_REACH bytes of log and a second. Of several the second, fourth, …
 * is. Where both lines show a priority it must be another. A process is known by its
 * pid, or by the id of the message that it has in hand; a line of a process that is not
 * known stands for itself.
 *
 * Fresh, as in join.h. SPDX-License-Identifier: MIT */
#ifndef SCAN_TWICE_H
#define SCAN_TWICE_H

#include "scan/join.h"

enum {
	TWICE_REACH = 16 << 10,
	/* So much of a part's begin must be at hand when its lines are asked for again. Of
	 * lines behind that it has been seen that their process wrote nothing else between. */
	TWICE_FRONT = 16 * JOIN_REACH,
};

/* A line that may be said again, or be the second. */
struct said {
	struct slice host, text;   /* text: with its tag, where it has one */
	struct slice process;      /* what stands in each line of it */
	struct slice priority;     /* "<22>" or empty */
	int64_t time;
	uint64_t begin, end;       /* its bytes in the stream */
	uint32_t times;            /* 1, or as often as it was repeated */
};

struct told;

/* All zero is that of a stream's begin. */
struct twice {
	bool fresh;
	uint64_t start;
	struct told *told; /* by their end */
	size_t n, capacity;
};

void twice_init(struct twice *twice, bool fresh, uint64_t start);
void twice_release(struct twice *twice);
/* What a line says; process is empty where it is not known. */
struct said said_of(const struct prefix *prefix, const struct line *line, struct slice id);
/* How many of said->times are echoes; -1: what stood before decides. `before` is the
 * log that ends at offset `at`, at or before the line. */
int64_t twice_take(struct twice *twice, const struct said *said, struct slice before, uint64_t at);
/* As bytes, and back. Lines whose process has written since, which the stream's last bytes
 * show, are left out: they need not be shown any more. */
void twice_save(const struct twice *twice, const struct joins *joins, struct slice before, uint64_t end,
                struct buffer *out);
bool twice_load(struct twice *twice, struct slice *bytes, uint64_t end);
/* Move what a part told to the stream. */
void twice_add(struct twice *twice, struct twice *part, uint64_t end);

#endif
