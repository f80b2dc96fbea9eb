/* templates.c - which texts must have the same template.
 *
 * reason.c replaces "<user@example.org>" as a whole and looks no further, whatever
 * the address is; so two texts that differ in such addresses alone fall together.
 * That holds for plain addresses only, where nothing else can reach over them: no
 * quoted text, no address literal, no text so long that it is cut. A name of the
 * line that stands in the rest of the text is masked there, so then the template is
 * made anew. SPDX-License-Identifier: MIT */
#include "reply/templates.h"

#include "reply/pieces.h"

void templates_init(struct templates *templates)
{
	*templates = (struct templates){ .made = { 0 } };
	map_init(&templates->known, sizeof(uint32_t));
	map_init(&templates->texts, 0);
}

void templates_release(struct templates *templates)
{
	map_release(&templates->known);
	map_release(&templates->texts);
	buffer_release(&templates->made);
}

static void forget(struct templates *templates)
{
	templates->forgotten += templates->texts.count;
	map_clear(&templates->known);
	map_clear(&templates->texts);
}

/* The index of the text's template, made anew. */
static uint32_t make(struct templates *templates, struct slice text, const struct reason_names *names)
{
	templates->made.n = 0;
	reason_template(text, names, &templates->made);
	return map_put(&templates->texts, buffer_slice(&templates->made), NULL);
}

struct template templates_of(struct templates *templates, struct slice text, const struct reason_names *names)
{
	struct fingerprint f = fingerprint_of(0);
	struct slice key = { (const char *)&f, sizeof f };
	uint32_t index, *known;
	bool met = false;

	if (templates->known.count == TEMPLATES_MAX || templates->texts.count == TEMPLATES_MAX)
		forget(templates);
	if (text.n > PIECES_TEXT_MAX || !pieces_fingerprint(text, &f) || pieces_hold(text, names)) {
		index = make(templates, text, names);
	} else {
		known = map_enter(&templates->known, key);
		met = *known;
		if (!met)
			*known = make(templates, text, names) + 1;
		index = *known - 1;
	}
	return (struct template){ map_key(&templates->texts, index), templates->forgotten + index + 1, met };
}
