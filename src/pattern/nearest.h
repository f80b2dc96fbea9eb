/* nearest.h - for a person: which pattern came closest to a line that none reads,
 * and where it stopped. SPDX-License-Identifier: MIT */
#ifndef PATTERN_NEAREST_H
#define PATTERN_NEAREST_H

#include "input/prefix.h"
#include "pattern/pack.h"

struct nearest {
	const struct pattern *pattern; /* NULL: none got anywhere */
	size_t text_at;                /* bytes of the line's text that it accepted */
	size_t source_at;              /* in pattern->source: what did not fit there */
};

/* Among the patterns whose services fit the line's, or all where none do. Slow. */
void nearest_pattern(const struct packs *packs, const struct line *line, struct nearest *out);

#endif
