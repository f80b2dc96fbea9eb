/* page.c - a terminal to write on. SPDX-License-Identifier: MIT */
#include "report/page.h"

#include "base/utf8.h"
#include "report/model.h"

enum { WIDTH_MIN = 60, WIDTH_MAX = 200 };

/* Signs of our own and what stands for them where there is no UTF-8; of the same
 * width each. The first has done its work when lines are broken. */
static const struct {
	const char *sign, *plain;
} plain_signs[] = {
	{ "\xc2\xa0", " " }, { "…", "~" }, { "·", "-" }, { "×", "x" }, { "–", "-" }, { "—", "-" }, { "“", "\"" }, { "”", "\"" },
	{ "«", "\"" }, { "»", "\"" }, { "\xe2\x80\xaf", " " },
};

void page_init(struct page *page, const struct report_style *style)
{
	int width = style->width < WIDTH_MIN ? WIDTH_MIN : style->width > WIDTH_MAX ? WIDTH_MAX : style->width;

	*page = (struct page){ .style = style, .width = (size_t)width };
}

static struct slice plain_sign(struct slice text, size_t signs, size_t *n)
{
	for (size_t i = 0; i < signs; i++) {
		struct slice sign = slice_of(plain_signs[i].sign);

		if (slice_starts(text, sign)) {
			*n = sign.n;
			return slice_of(plain_signs[i].plain);
		}
	}
	*n = 1;
	return (struct slice){ text.p, 1 };
}

static void make_plain(struct buffer *out, size_t signs)
{
	struct buffer plain = { 0 };
	size_t n;

	for (struct slice rest = buffer_slice(out); rest.n; rest = slice_from(rest, n))
		buffer_add(&plain, plain_sign(rest, signs, &n));
	buffer_release(out);
	*out = plain;
}

int page_finish(struct page *page, FILE *out)
{
	bool written;

	make_plain(&page->out, page->style->utf8 ? 1 : sizeof plain_signs / sizeof *plain_signs);
	written = fwrite(page->out.text, 1, page->out.n, out) == page->out.n && fflush(out) == 0;
	buffer_release(&page->out);
	return written ? 0 : -1;
}

void page_put(struct page *page, enum ink ink, struct slice text)
{
	static const char *const start[] = { "", "\033[1m", "\033[2m", "\033[31m", "\033[33m" };
	bool inked = page->style->colour && ink != INK_PLAIN && text.n;

	if (inked)
		buffer_puts(&page->out, start[ink]);
	buffer_add(&page->out, text);
	if (inked)
		buffer_puts(&page->out, "\033[0m");
	page->column += utf8_width(text);
}

void page_pad(struct page *page, size_t columns)
{
	page->column += columns;
	while (columns--)
		buffer_byte(&page->out, ' ');
}

/* Without blanks at the line's end. */
void page_newline(struct page *page)
{
	while (page->out.n && page->out.text[page->out.n - 1] == ' ')
		page->out.n--;
	buffer_byte(&page->out, '\n');
	page->column = 0;
}

void page_flow(struct page *page, enum ink ink, const char *gap, struct slice text, size_t indent)
{
	struct buffer fit = { 0 };

	if (page->column <= indent) {
		page_pad(page, indent - page->column);
	} else if (page->column + utf8_width(slice_of(gap)) + utf8_width(text) > page->width) {
		page_newline(page);
		page_pad(page, indent);
	} else {
		page_put(page, INK_PLAIN, slice_of(gap));
	}
	page_shorten(&fit, text, page->width > page->column ? page->width - page->column : 0, false);
	page_put(page, ink, buffer_slice(&fit));
	buffer_release(&fit);
}

void page_flow_words(struct page *page, enum ink ink, struct slice text, size_t indent)
{
	struct slice word;

	while (slice_split(&text, ' ', &word))
		page_flow(page, ink, " ", word, indent);
}

void page_flow_phrase(struct page *page, enum ink ink, const char *gap, struct slice text, size_t indent)
{
	if (indent + utf8_width(text) <= page->width) {
		page_flow(page, ink, gap, text, indent);
		return;
	}
	if (page->column > indent)
		page_newline(page);
	page_flow_words(page, ink, text, indent);
}

/* The longest end of text that takes at most `columns`. */
static struct slice fit_end(struct slice text, size_t columns)
{
	size_t width = utf8_width(text), n;

	if (width > columns)
		text = slice_from(text, utf8_fit(text, width - columns).n);
	for (; text.n && utf8_width(text) > columns; text = slice_from(text, n))
		utf8_next(text, &n);
	return text;
}

void page_shorten(struct buffer *out, struct slice text, size_t columns, bool middle)
{
	size_t front, end;

	if (utf8_width(text) <= columns) {
		buffer_add(out, text);
		return;
	}
	if (columns == 0)
		return;
	end = middle ? (columns - 1) / 2 : 0;
	front = columns - 1 - end;
	buffer_add(out, utf8_fit(text, front));
	buffer_puts(out, "…");
	buffer_add(out, fit_end(text, end));
}

static void draw(struct buffer *out, const char *sign, uint64_t times)
{
	while (times--)
		buffer_puts(out, sign);
}

void page_bar(const struct page *page, struct buffer *out, uint64_t part, uint64_t whole, size_t columns)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	uint64_t length;

	if (part == 0 || whole == 0)
		return;
	if (!page->style->utf8) {
		length = share_of(part, whole, columns);
		draw(out, "#", length ? length : 1);
		return;
	}
	length = share_of(part, whole, 8 * columns);
	length = length ? length : 1;
	draw(out, "█", length / 8);
	buffer_puts(out, eighths[length % 8]);
}
