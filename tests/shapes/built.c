/* built.c - SPDX-License-Identifier: MIT */
#include "built.h"

#include "hole.h"

#include <stdio.h>
#include <stdlib.h>

void built_begin(struct built *built, uint64_t seed)
{
	*built = (struct built){ .state = seed };
	built->hostile = draw(built, 4) != 0;
}

void built_release(struct built *built)
{
	arena_release(&built->arena);
	buffer_release(&built->line);
}

/* splitmix64 */
uint64_t draw(struct built *built, uint64_t n)
{
	uint64_t z = built->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (z ^ z >> 31) % n;
}

bool once_in(struct built *built, uint64_t n)
{
	return draw(built, n) == 0;
}

static struct slice full_name(struct built *built, struct slice name, const char *part)
{
	struct buffer full = { 0 };
	struct slice kept;

	buffer_add(&full, name);
	if (*part)
		buffer_printf(&full, ".%s", part);
	kept = arena_copy(&built->arena, buffer_slice(&full));
	buffer_release(&full);
	return kept;
}

void value_set(struct built *built, struct slice name, const char *part, struct slice text)
{
	if (built->n == VALUES_MAX)
		abort();
	built->value[built->n++] = (struct value){ full_name(built, name, part), arena_copy(&built->arena, text) };
}

static const struct value *find(const struct built *built, struct slice name)
{
	for (size_t i = 0; i < built->n; i++)
		if (slice_eq(built->value[i].name, name))
			return &built->value[i];
	return NULL;
}

struct slice value_get(const struct built *built, struct slice name)
{
	const struct value *value = find(built, name);

	return value ? value->text : SLICE("");
}

/* The end of what begins at s: a '}' that closes no inner '{'. */
static size_t closing(struct slice s)
{
	int depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		depth += s.p[i] == '{' ? 1 : s.p[i] == '}' ? -1 : 0;
		if (depth < 0)
			return i;
	}
	fprintf(stderr, "a shape without its '}': %.*s\n", SLICE_ARG(s));
	abort();
}

/* The next alternative; false at the end. */
static bool next_choice(struct slice *rest, struct slice *choice)
{
	int depth = 0;

	if (!rest->p)
		return false;
	for (size_t i = 0; i < rest->n; i++) {
		depth += rest->p[i] == '{' ? 1 : rest->p[i] == '}' ? -1 : 0;
		if (depth == 0 && rest->p[i] == '|') {
			*choice = (struct slice){ rest->p, i };
			*rest = slice_from(*rest, i + 1);
			return true;
		}
	}
	*choice = *rest;
	*rest = (struct slice){ NULL, 0 };
	return true;
}

static struct slice choose(struct built *built, struct slice choices)
{
	struct slice rest = choices, choice = { NULL, 0 };
	uint64_t n = 0, wanted;

	while (next_choice(&rest, &choice))
		n++;
	wanted = draw(built, n) + 1;
	for (rest = choices; wanted--; )
		next_choice(&rest, &choice);
	return choice;
}

static void add_hole(struct built *built, struct slice name, struct buffer *out)
{
	ptrdiff_t dot = slice_find_byte(name, '.');
	struct slice whole = { name.p, dot < 0 ? name.n : (size_t)dot }, generator = whole;

	while (generator.n && generator.p[generator.n - 1] >= '0' && generator.p[generator.n - 1] <= '9')
		generator.n--;
	if (!find(built, whole))
		hole_fill(built, generator, whole);
	buffer_add(out, value_get(built, name));
}

static void add(struct built *built, struct slice shape, struct buffer *out)
{
	for (ptrdiff_t at; (at = slice_find_byte(shape, '{')) >= 0; ) {
		struct slice inner = slice_from(shape, (size_t)at + 1);

		buffer_add(out, (struct slice){ shape.p, (size_t)at });
		inner.n = closing(inner);
		shape = slice_from(shape, (size_t)at + inner.n + 2);
		if (inner.n && *inner.p == '=')
			add(built, choose(built, slice_from(inner, 1)), out);
		else
			add_hole(built, inner, out);
	}
	buffer_add(out, shape);
}

void built_add(struct built *built, struct slice shape)
{
	add(built, shape, &built->line);
}

struct slice built_text(struct built *built, struct slice shape)
{
	struct buffer text = { 0 };
	struct slice kept;

	add(built, shape, &text);
	kept = arena_copy(&built->arena, buffer_slice(&text));
	buffer_release(&text);
	return kept;
}
