/* text.c - a report for a terminal: the heading, the first screen, the tables.
 *
 * Colour is sparing: bold for headings, red for what failed for good, yellow for
 * what may yet come or deserves a look. SPDX-License-Identifier: MIT */
#include "report/grid.h"
#include "report/number.h"
#include "report/phrase.h"

#include "base/utf8.h"
#include "input/prefix.h"

enum { HOSTS_SHOWN = 3, DAY = 86400 };

static const char *const facet_names[N_FACETS] = {
#define FACET(id, name, argument, help) name,
#include "pattern/filter.def"
};

/* --- the heading --------------------------------------------------------- */

/* One phrase of the heading, which another one follows; broken where it is longer
 * than a line. */
static void put_item(struct page *page, enum ink ink, struct buffer *item)
{
	buffer_byte(item, ',');
	page_flow_phrase(page, ink, " ", buffer_slice(item), 0);
	item->n = 0;
}

static void put_counted(struct page *page, struct buffer *item, enum label pattern, uint64_t count)
{
	enum lang lang = page->style->lang;

	phrase_write(item, label(pattern, lang), lang, &(struct notice){ .count = count });
	put_item(page, INK_BOLD, item);
}

static void put_hosts(struct page *page, struct buffer *item, const struct heading *heading)
{
	if (heading->n_hosts > HOSTS_SHOWN) {
		put_counted(page, item, LABEL_HOSTS, heading->n_hosts);
		return;
	}
	for (size_t i = 0; i < heading->n_hosts; i++) {
		buffer_terminal(item, heading->hosts[i]);
		put_item(page, INK_BOLD, item);
	}
}

/* The end of a day is 24:00 of it, not 00:00 of the next. */
static void split_end(int64_t local, int64_t *day, int64_t *second)
{
	*day = (local - 1) / DAY - ((local - 1) % DAY < 0);
	*second = local - *day * DAY;
}

static void split_begin(int64_t local, int64_t *day, int64_t *second)
{
	*day = local / DAY - (local % DAY < 0);
	*second = local - *day * DAY;
}

static void write_moment(struct buffer *out, int64_t day, int64_t second, enum lang lang)
{
	number_date(out, day, lang);
	buffer_byte(out, ' ');
	number_clock(out, second);
}

static void write_zone(struct buffer *out, int32_t zone)
{
	buffer_byte(out, ' ');
	number_zone(out, zone);
}

/* Where the zone changes (in spring, in autumn, between hosts), begin and end have
 * each its own; where that would seem to be the wrong order, the end is told on the
 * clock of the begin. */
static void write_closed_period(struct buffer *out, const struct heading *heading, enum lang lang)
{
	int64_t first_day, begin, last_day, end;
	int32_t zone = heading->until_zone;

	split_begin(heading->since + heading->since_zone, &first_day, &begin);
	if (heading->until + zone <= heading->since + heading->since_zone)
		zone = heading->since_zone;
	split_end(heading->until + zone, &last_day, &end);
	write_moment(out, first_day, begin, lang);
	if (heading->since_zone != zone)
		write_zone(out, heading->since_zone);
	if (first_day == last_day && heading->since_zone == zone) {
		buffer_puts(out, "–");
		number_clock(out, end);
	} else {
		buffer_puts(out, " – ");
		write_moment(out, last_day, end, lang);
	}
	write_zone(out, zone);
}

static void write_open_period(struct buffer *out, const struct heading *heading, enum lang lang)
{
	bool since = heading->since != TIME_NONE;
	int32_t zone = since ? heading->since_zone : heading->until_zone;
	int64_t day, second;

	if (since)
		split_begin(heading->since + zone, &day, &second);
	else
		split_end(heading->until + zone, &day, &second);
	buffer_printf(out, "%s ", label(since ? LABEL_SINCE : LABEL_UNTIL, lang));
	write_moment(out, day, second, lang);
	write_zone(out, zone);
}

static void put_period(struct page *page, struct buffer *item, const struct heading *heading)
{
	enum lang lang = page->style->lang;
	bool since = heading->since != TIME_NONE, until = heading->until != TIME_NONE;

	if (!since && !until)
		return;
	if (since && until)
		write_closed_period(item, heading, lang);
	else
		write_open_period(item, heading, lang);
	put_item(page, INK_BOLD, item);
}

static void put_complete(struct page *page, struct buffer *item, const struct heading *heading)
{
	enum lang lang = page->style->lang;
	const struct notices *reasons = &heading->incomplete;

	buffer_puts(item, label(reasons->n ? LABEL_INCOMPLETE : LABEL_COMPLETE, lang));
	for (size_t i = 0; i < reasons->n; i++) {
		buffer_puts(item, i ? "; " : ": ");
		phrase_write(item, notice_text(reasons->items[i].id, lang), lang, &reasons->items[i]);
	}
	page_flow_words(page, reasons->n ? INK_YELLOW : INK_BOLD, buffer_slice(item), 0);
	item->n = 0;
	page_newline(page);
}

static void put_filters(struct page *page, struct buffer *item, const struct heading *heading)
{
	bool any = false;

	for (int facet = 0; facet < N_FACETS; facet++) {
		if (!heading->only[facet].p)
			continue;
		if (!any)
			page_put(page, INK_PLAIN, slice_of(label(LABEL_ONLY, page->style->lang)));
		any = true;
		buffer_printf(item, "%s=", facet_names[facet]);
		for (struct slice rest = heading->only[facet], value; slice_split(&rest, ',', &value); ) {
			buffer_terminal(item, value);
			buffer_puts(item, rest.n ? ", " : "");
		}
		page_flow_words(page, INK_PLAIN, buffer_slice(item), 2);
		item->n = 0;
	}
	if (any)
		page_newline(page);
}

static void put_notice(struct page *page, enum ink ink, const struct notice *notice, size_t indent)
{
	enum lang lang = page->style->lang;
	struct buffer text = { 0 };

	phrase_write(&text, notice_text(notice->id, lang), lang, notice);
	page_flow_words(page, ink, buffer_slice(&text), indent);
	page_newline(page);
	buffer_release(&text);
}

static void put_heading(struct page *page, const struct heading *heading)
{
	struct buffer item = { 0 };

	put_hosts(page, &item, heading);
	put_period(page, &item, heading);
	if (heading->files)
		put_counted(page, &item, LABEL_FILES, heading->files);
	put_counted(page, &item, LABEL_LINES, heading->lines);
	put_complete(page, &item, heading);
	put_filters(page, &item, heading);
	for (size_t i = 0; i < heading->notes.n; i++)
		put_notice(page, INK_YELLOW, &heading->notes.items[i], 0);
	buffer_release(&item);
}

/* --- the first screen ---------------------------------------------------- */

static bool opens_phrase(enum fact_place place)
{
	return place == PLACE_LEAD || place == PLACE_START || place == PLACE_DOT;
}

static enum ink ink_of_fact(enum fact_id id)
{
	switch (id) {
	case FACT_FAILED:
	case FACT_LOCAL_FAILED: return INK_RED;
	case FACT_DEFERRALS:
	case FACT_LOCAL_DEFERRALS: return INK_YELLOW;
	default: return INK_PLAIN;
	}
}

static void write_fact(struct buffer *out, enum fact_id id, const struct fact *fact, enum lang lang)
{
	phrase_write(out, fact_row(id)->words.in[lang], lang,
	             &(struct notice){ .count = fact->number, .whole = fact->whole });
}

/* The facts that follow the one that opened the phrase. Returns where the next
 * phrase begins. */
static int write_followers(struct buffer *out, const struct fact *facts, int id, enum lang lang)
{
	bool in_parentheses = false;

	for (; id < N_FACTS && !opens_phrase(fact_row((enum fact_id)id)->place); id++) {
		enum fact_place place = fact_row((enum fact_id)id)->place;

		if (facts[id].none || !facts[id].number)
			continue;
		if (in_parentheses && place != PLACE_PAREN)
			buffer_byte(out, ')');
		buffer_puts(out, place == PLACE_COMMA ? ", " : place == PLACE_BESIDE ? " " : in_parentheses ? " · " : " (");
		in_parentheses = place == PLACE_PAREN;
		write_fact(out, (enum fact_id)id, &facts[id], lang);
	}
	if (in_parentheses)
		buffer_byte(out, ')');
	return id;
}

static bool line_is_empty(const struct summary *summary, enum summary_line line)
{
	for (int id = 0; id < N_FACTS; id++)
		if (fact_row((enum fact_id)id)->line == line && !summary->facts[id].none && summary->facts[id].number)
			return false;
	return line != LINE_LOOK || summary->look.n == 0;
}

static void put_facts(struct page *page, const struct summary *summary, enum summary_line line, size_t indent)
{
	enum lang lang = page->style->lang;
	struct buffer phrase = { 0 };

	for (int id = 0; id < N_FACTS; ) {
		const struct fact_row *row = fact_row((enum fact_id)id);
		const struct fact *fact = &summary->facts[id];
		int next;

		phrase.n = 0;
		write_fact(&phrase, (enum fact_id)id, fact, lang);
		next = write_followers(&phrase, summary->facts, id + 1, lang);
		if (row->line == line && (fact->number || row->place == PLACE_LEAD))
			page_flow_phrase(page, fact->number ? ink_of_fact((enum fact_id)id) : INK_PLAIN,
			                 row->place == PLACE_DOT ? " · " : "   ", buffer_slice(&phrase), indent);
		id = next;
	}
	buffer_release(&phrase);
}

static void put_line_label(struct page *page, enum summary_line line, size_t indent)
{
	page_put(page, line == LINE_LOOK ? INK_YELLOW : INK_BOLD, slice_of(summary_label(line, page->style->lang)));
	page_pad(page, indent - page->column);
}

static void put_line(struct page *page, const struct summary *summary, enum summary_line line, size_t indent)
{
	if (line_is_empty(summary, line))
		return;
	put_line_label(page, line, indent);
	if (line == LINE_LOOK) {
		for (size_t i = 0; i < summary->look.n; i++)
			put_notice(page, INK_PLAIN, &summary->look.items[i], indent);
		return;
	}
	put_facts(page, summary, line, indent);
	page_newline(page);
}

static void put_summary(struct page *page, const struct summary *summary)
{
	size_t indent = 0;

	for (int line = 0; line < N_LINES; line++) {
		size_t width = utf8_width(slice_of(summary_label((enum summary_line)line, page->style->lang)));

		if (!line_is_empty(summary, (enum summary_line)line) && width + 2 > indent)
			indent = width + 2;
	}
	if (indent)
		page_newline(page);
	for (int line = 0; line < N_LINES; line++)
		put_line(page, summary, (enum summary_line)line, indent);
}

/* --- the sections -------------------------------------------------------- */

static enum label group_of(const struct report *report, enum direction direction)
{
	switch (direction) {
	case DIRECTION_OUT: return LABEL_GROUP_OUT;
	case DIRECTION_LOCAL: return LABEL_GROUP_LOCAL;
	case DIRECTION_IN: return report->screen ? LABEL_GROUP_IN_BUT_AUTH : LABEL_GROUP_IN;
	case DIRECTION_HOP: return LABEL_GROUP_HOP;
	default: return LABEL_GROUP_ALL;
	}
}

static void put_section(struct page *page, const struct section *section)
{
	page_newline(page);
	for (size_t i = 0; i < section->notices.n; i++)
		put_notice(page, INK_YELLOW, &section->notices.items[i], 2);
	grid_write(page, section);
}

static bool begins_group(const struct report *report, size_t i)
{
	const struct section *section = &report->sections[i];

	if (i == 0) /* a crossing with the direction among its columns is no group */
		return report->screen || section->direction != DIRECTION_NONE;
	return section->direction != section[-1].direction;
}

static void put_sections(struct page *page, const struct report *report)
{
	for (size_t i = 0; i < report->n_sections; i++) {
		const struct section *section = &report->sections[i];

		if (begins_group(report, i)) {
			page_newline(page);
			page_put(page, INK_BOLD, slice_of(label(group_of(report, section->direction), page->style->lang)));
			page_newline(page);
		}
		put_section(page, section);
	}
}

int report_text(const struct report *report, const struct report_style *style, FILE *out)
{
	struct page page;

	page_init(&page, style);
	put_heading(&page, &report->heading);
	if (report->screen)
		put_summary(&page, &report->summary);
	put_sections(&page, report);
	return page_finish(&page, out);
}
