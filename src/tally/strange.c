/* strange.c - SPDX-License-Identifier: MIT */
#include "tally/strange.h"

#include "base/buffer.h"
#include "base/map.h"
#include "reply/templates.h"

#include <stdlib.h>

struct strange {
	struct map shapes; /* service, NUL, template → struct strange_shape */
	struct templates templates;
	struct arena texts;
	struct buffer key;
	uint64_t rest;
};

struct strange *strange_new(void)
{
	struct strange *strange = xcalloc(1, sizeof *strange);

	map_init(&strange->shapes, sizeof(struct strange_shape));
	templates_init(&strange->templates);
	return strange;
}

void strange_free(struct strange *strange)
{
	if (!strange)
		return;
	map_release(&strange->shapes);
	templates_release(&strange->templates);
	arena_release(&strange->texts);
	buffer_release(&strange->key);
	free(strange);
}

/* NULL: one too many. Its service and text are set. */
static struct strange_shape *shape_of(struct strange *strange, struct slice service, struct slice text, bool *is_new)
{
	struct strange_shape *shape;
	uint32_t index;

	strange->key.n = 0;
	buffer_add(&strange->key, service);
	buffer_byte(&strange->key, '\0');
	buffer_add(&strange->key, text);
	if (strange->shapes.count == STRANGE_SHAPES_MAX && map_find(&strange->shapes, buffer_slice(&strange->key)) < 0)
		return NULL;
	index = map_put(&strange->shapes, buffer_slice(&strange->key), is_new);
	shape = map_value(&strange->shapes, index);
	shape->service = (struct slice){ map_key(&strange->shapes, index).p, service.n };
	shape->text = slice_from(map_key(&strange->shapes, index), service.n + 1);
	return shape;
}

void strange_add(struct strange *strange, const struct line *line, uint64_t number)
{
	struct slice text = templates_of(&strange->templates, line->text, &(struct reason_names){ .n = 0 }).text;
	struct slice shown = line_shown(line);
	struct slice front = { shown.p, shown.n < STRANGE_SAMPLE_MAX ? shown.n : STRANGE_SAMPLE_MAX };
	bool is_new;
	struct strange_shape *shape = shape_of(strange, line->service, text, &is_new);

	if (!shape) {
		strange->rest++;
		return;
	}
	if (is_new) {
		shape->sample = arena_copy(&strange->texts, front);
		shape->line = number;
	}
	shape->count++;
}

void strange_join(struct strange *into, const struct strange *chunk, size_t input, uint64_t lines_before)
{
	for (uint32_t i = 0; i < chunk->shapes.count; i++) {
		const struct strange_shape *from = map_value(&chunk->shapes, i);
		bool is_new;
		struct strange_shape *shape = shape_of(into, from->service, from->text, &is_new);

		if (!shape) {
			into->rest += from->count;
			continue;
		}
		if (is_new) {
			shape->sample = arena_copy(&into->texts, from->sample);
			shape->input = input;
			shape->line = lines_before + from->line;
		}
		shape->count += from->count;
	}
	into->rest += chunk->rest;
}

static int compare_shapes(const void *a, const void *b)
{
	const struct strange_shape *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->input != y->input)
		return x->input < y->input ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

size_t strange_shapes(const struct strange *strange, struct strange_shape **shapes)
{
	size_t n = strange->shapes.count;

	*shapes = xcalloc(n, sizeof **shapes);
	for (uint32_t i = 0; i < n; i++)
		memcpy(&(*shapes)[i], map_value(&strange->shapes, i), sizeof **shapes);
	qsort(*shapes, n, sizeof **shapes, compare_shapes);
	return n;
}

uint64_t strange_rest(const struct strange *strange)
{
	return strange->rest;
}
