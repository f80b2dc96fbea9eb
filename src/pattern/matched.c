/* matched.c - what the last line says: its events, one by one, and what decided it.
 * SPDX-License-Identifier: MIT */
#include "pattern/matching.h"

/* What the memo left out, put in. */
static __attribute__((noinline)) const struct event *recall(struct matcher *m)
{
	struct event *event = &m->maker.base;

	*event = *memo_event(&m->memo, m->again);
	event->time = m->line->time;
	event->zone = m->line->zone;
	event->id = captured_id(&m->captured);
	event->delay = captured_delay(&m->captured);
	event->count *= m->line->repeats;
	m->again = NULL;
	return event;
}

/* The events of the pattern that stands beside the one that decided the line. */
static __attribute__((noinline)) bool go_on(struct matcher *m)
{
	const struct pattern *pattern = m->also;

	m->also = NULL;
	return matcher_try(m, pattern) && m->maker.recipients.n > 0;
}

const struct event *matcher_next(struct matcher *m)
{
	struct event *event = &m->maker.base;
	const struct share *share;

	if (m->again)
		return recall(m);
	if (m->next_share >= m->maker.recipients.n && (!m->also || !go_on(m)))
		return NULL;
	share = &m->maker.recipients.shares[m->next_share];
	event->domain = share->domain;
	event->place = share->place;
	event->count = share->count;
	event->recipients = m->maker.recipients.hashes;
	event->n_recipients = m->next_share == 0 ? m->maker.recipients.n_hashes : 0;
	m->next_share++;
	return event;
}

bool matcher_twice(const struct matcher *m)
{
	return !m->again && m->maker.base.twice;
}

struct slice matcher_id(const struct matcher *m)
{
	return m->maker.base.id;
}

struct slice matcher_trouble(struct matcher *m, struct slice *mta)
{
	*mta = m->known->pack->name;
	return templates_of(&m->maker.templates, m->line->text, &(struct reason_names){ .n = 0 }).text;
}

/* The literal of a row that fits the text. */
static struct slice fitting(const struct known *known, struct slice text)
{
	for (size_t i = 0; i < known->starts.n; i++)
		if (slice_starts(text, known->starts.text[i]))
			return known->starts.text[i];
	for (size_t i = 0; i < known->has.n; i++)
		if (slice_find(text, known->has.text[i]) >= 0)
			return known->has.text[i];
	return (struct slice){ NULL, 0 };
}

struct slice matcher_decided(const struct matcher *m, enum fate fate, struct slice *mta)
{
	const struct event *event = m->again ? memo_event(&m->memo, m->again) : &m->maker.base;

	*mta = (struct slice){ NULL, 0 };
	if (fate == FATE_FOREIGN || fate == FATE_UNRECOGNISED)
		return *mta;
	*mta = m->known ? m->known->pack->name : event->mta;
	return m->known ? fitting(m->known->known, m->line->text) : event->pattern;
}
