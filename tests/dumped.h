/* dumped.h - tallies as text, to be compared. SPDX-License-Identifier: MIT */
#ifndef TESTS_DUMPED_H
#define TESTS_DUMPED_H

#include "base/buffer.h"
#include "tally/dimension.h"
#include "tally/tally.h"

#include <inttypes.h>
#include <stdlib.h>

/* All that a tally holds, as text. */
static inline void dump(const struct tally *tally, struct buffer *out)
{
	const struct tally_row **rows;
	struct tally_hour *hours;
	struct tally_distinct *sets;
	size_t n;

	out->n = 0;
	for (int t = 0; t < N_TABLES; t++) {
		n = tally_rows(tally, (enum table)t, &rows);
		for (size_t i = 0; i < n; i++) {
			buffer_puts(out, table_name((enum table)t));
			for (int d = 0; d < N_DIMENSIONS; d++) {
				int64_t value = tally_value(tally, rows[i], (enum dimension)d);

				buffer_byte(out, ' ');
				if (dimension_is_text((enum dimension)d))
					buffer_tsv(out, tally_string(tally, (uint32_t)value));
				else
					buffer_printf(out, "%" PRId64, value);
			}
			buffer_printf(out, " = %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", rows[i]->measures.count,
			              rows[i]->measures.delay, rows[i]->measures.delay_max);
		}
		free(rows);
	}
	n = tally_hours(tally, &hours);
	for (size_t i = 0; i < n; i++)
		buffer_printf(out, "hour %" PRId64 " %d lines %" PRIu64 "\n", hours[i].hour, hours[i].zone,
		              hours[i].lines->lines);
	free(hours);
	n = tally_distinct(tally, &sets);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < sets[i].n; k++)
			buffer_printf(out, "deferred %d %d %" PRIx64 "\n", sets[i].day, sets[i].direction, sets[i].hashes[k]);
	free(sets);
}

#endif
