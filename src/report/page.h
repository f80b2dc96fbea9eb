/* page.h - a terminal to write on: columns, inks, wrapped lines.
 *
 * Text that comes here has passed buffer_terminal(). SPDX-License-Identifier: MIT */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "base/buffer.h"
#include "report/report.h"

enum ink { INK_PLAIN, INK_BOLD, INK_DIM, INK_RED, INK_YELLOW };

struct page {
	const struct report_style *style;
	size_t width;  /* 60 to 200 */
	size_t column; /* where the next character stands */
	struct buffer out;
};

void page_init(struct page *page, const struct report_style *style);
/* Writes the page to a stream and releases it. 0, or -1 with errno. */
int page_finish(struct page *page, FILE *out);

void page_put(struct page *page, enum ink ink, struct slice text);
void page_pad(struct page *page, size_t columns);
void page_newline(struct page *page);
/* Puts text behind `gap`, or on a new line that is indented when it would not fit. */
void page_flow(struct page *page, enum ink ink, const char *gap, struct slice text, size_t indent);
/* The same for each word. */
void page_flow_words(struct page *page, enum ink ink, struct slice text, size_t indent);
/* As a whole, but by words where it is longer than a line. */
void page_flow_phrase(struct page *page, enum ink ink, const char *gap, struct slice text, size_t indent);

/* Appends text, cut to `columns` with an ellipsis at the end or in the middle. */
void page_shorten(struct buffer *out, struct slice text, size_t columns, bool middle);
/* Appends a bar of at most `columns`, part/whole of them full. */
void page_bar(const struct page *page, struct buffer *out, uint64_t part, uint64_t whole, size_t columns);

#endif
