/* join.h - what a program wrote as one line and the log has in several, as one again.
 *
 * Exim's pieces "[1/2]", of one host, service and process, with other lines between them;
 * lines that a container engine cut, of one of its streams. An Exim message ends at its
 * first newline: what stands behind it, a refused message's header, belongs to it and
 * says nothing. The pieces of a line begin within JOIN_REACH bytes of log; what is not
 * complete by then, or is followed by another than the next piece, is given up: it is
 * a line as far as it goes. That is all that bounds the memory: the joins of a stream
 * hold no more than was written in its last JOIN_REACH bytes, and a line.
 *
 * Of the middle of a stream it is not known what stood open before. There, joins are
 * `fresh`: what may hang on that is JOIN_LATER, and must be asked again of the joins of
 * the stream itself, to which then those of the part are added.
 * SPDX-License-Identifier: MIT */
#ifndef SCAN_JOIN_H
#define SCAN_JOIN_H

#include "base/buffer.h"
#include "input/prefix.h"

enum { JOIN_REACH = 64 << 10 };

/* Where a line stands: its first byte in the stream, and its number. */
struct place {
	uint64_t offset, number;
};

/* A line that was put together; good until the next call of the same function. */
struct joined {
	struct slice raw;   /* as it would stand in the log if nobody had cut it */
	struct place place; /* its first byte; the number of its last piece … */
	uint64_t end;       /* … and where that ends */
	uint64_t lines;     /* of the log */
	bool cut;           /* it was longer than JOIN_REACH */
	bool made;          /* false: a line of the log, just as it stands there */
	bool torn;          /* not all of it came */
};

enum join_step {
	JOIN_NONE,  /* no part of another line */
	JOIN_KEPT,  /* a part; the line will come */
	JOIN_WHOLE, /* the last part: here is the line */
	JOIN_LATER, /* what stood before decides */
};

struct opened;

/* All zero is those of a stream's begin. */
struct joins {
	bool fresh;
	uint64_t start;          /* if so: where the part begins */
	struct opened **pieces;  /* that are marked: by their begin */
	size_t n_pieces, pieces_capacity;
	struct opened *engine[2]; /* of its two streams */
	bool sure[2];            /* if fresh: whether there is one */
	struct opened **given_up;
	size_t n_given_up, given_up_capacity;
	struct opened *done[2];  /* what the last *out points to: of a whole line, of one given up */
	struct buffer key;
};

void joins_init(struct joins *joins, bool fresh, uint64_t start);
void joins_release(struct joins *joins);
/* Of a line with line->piece, which *prefix has read. */
enum join_step joins_take(struct joins *joins, const struct prefix *prefix, const struct line *line,
                          struct place place, struct joined *out);
/* A line that is not going to be complete, as one reads on at `offset`; UINT64_MAX: nothing
 * follows. True until all were given. */
bool joins_given_up(struct joins *joins, uint64_t offset, struct joined *out);
/* Move what a part left open to the stream; numbers are then those behind `lines` more lines. */
void joins_add(struct joins *joins, struct joins *part, uint64_t lines);
/* Where the line begins that a process has open; `otherwise`: none. */
uint64_t joins_begin(const struct joins *joins, struct slice host, struct slice process, uint64_t otherwise);

/* As bytes, and back off the front of *bytes; false: these are none. Places count back from
 * `end`, where the stream ends. */
void joins_save(const struct joins *joins, uint64_t end, struct buffer *out);
bool joins_load(struct joins *joins, struct slice *bytes, uint64_t end);

/* Who wrote a line, as the log names the process: "exim[812]:". Empty: it does not. */
struct slice line_process(const struct prefix *prefix, const struct line *line);

#endif
