/* reader.c - typed access to JSON. A file is read whole; every object is checked
 * against the keys that it may have, so that a misspelt key is an error and not
 * silence. SPDX-License-Identifier: MIT */
#include "pattern/reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* The whole file, terminated; in no more memory than it needs, since what was large
 * once makes malloc() treat what is large later as small. */
static char *read_file(const char *path, struct error *err)
{
	enum { PACK_BYTES_MAX = 8 << 20 };
	FILE *file = fopen(path, "rb");
	size_t n = 0, capacity = 64 << 10;
	char *text;

	if (!file) {
		error_set(err, "%s: %s; check the path and its permissions", path, strerror(errno));
		return NULL;
	}
	text = xmalloc(capacity);
	while ((n += fread(text + n, 1, capacity - n, file)) == capacity && n <= PACK_BYTES_MAX)
		text = xrealloc(text, capacity *= 2);
	if (ferror(file) || n > PACK_BYTES_MAX) {
		error_set(err, "%s: %s", path, ferror(file) ? strerror(errno) : "is over 8 MiB; is this a pack?");
		free(text);
		text = NULL;
	} else {
		text[n] = '\0';
	}
	fclose(file);
	return text;
}

static void json_error(const char *path, const char *text, const char *at, struct error *err)
{
	int line = 1, column = 1;

	for (const char *p = text; at && p < at && *p; p++) {
		column = *p == '\n' ? 1 : column + 1;
		line += *p == '\n';
	}
	error_set(err, "%s:%d:%d: is no valid JSON from here on; look for a missing comma, quote or bracket", path, line, column);
}

/* A tree is thousands of small things that go together, so cJSON is given an arena
 * for it. Its hooks have no argument: this is the arena while a file is parsed. */
static struct arena *tree_room;

static void *tree_alloc(size_t n)
{
	return arena_alloc(tree_room, n);
}

static void tree_free(void *p)
{
	(void)p;
}

const cJSON *reader_open(const char *path, struct arena *room, struct error *err)
{
	cJSON_Hooks hooks = { tree_alloc, tree_free };
	const char *stop = NULL;
	char *text = read_file(path, err);
	cJSON *root;

	if (!text)
		return NULL;
	tree_room = room;
	cJSON_InitHooks(&hooks);
	root = cJSON_ParseWithOpts(text, &stop, true);
	cJSON_InitHooks(NULL);
	if (!root) {
		json_error(path, text, stop, err);
		arena_release(room);
	}
	free(text);
	return root;
}

struct slice reader_keep(struct reader *r, const char *text)
{
	return arena_copy(r->arena, slice_of(text));
}

int reader_keys(struct reader *r, const cJSON *object, const char *const *keys)
{
	const cJSON *item;

	if (!cJSON_IsObject(object))
		return error_set(r->err, "must be an object { ... }");
	cJSON_ArrayForEach(item, object) {
		size_t i = 0;

		while (keys[i] && strcmp(keys[i], item->string) != 0)
			i++;
		if (!keys[i])
			return error_set(r->err, "unknown key \"%.60s\"; remove it or mend its spelling", item->string);
	}
	return 0;
}

const cJSON *reader_get(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

int reader_string(struct reader *r, const cJSON *object, const char *key, bool required, struct slice *out)
{
	const cJSON *item = reader_get(object, key);

	*out = SLICE("");
	if (!item && !required)
		return 0;
	if (!cJSON_IsString(item) || !*item->valuestring)
		return error_set(r->err, "\"%s\" must be a string that is not empty", key);
	*out = reader_keep(r, item->valuestring);
	return 0;
}

int reader_texts(struct reader *r, const cJSON *item, const char *key, bool empty_allowed, struct texts *out)
{
	const cJSON *one = item && cJSON_IsArray(item) ? item->child : item;

	*out = (struct texts){ 0 };
	if (!item)
		return 0;
	NEW_ARRAY(r, out->text, cJSON_IsArray(item) ? (size_t)cJSON_GetArraySize(item) : 1);
	for (; one; one = cJSON_IsArray(item) ? one->next : NULL) {
		if (!cJSON_IsString(one) || (!empty_allowed && !*one->valuestring))
			return error_set(r->err, "\"%s\" must be a string or a list of strings, none empty", key);
		out->text[out->n++] = reader_keep(r, one->valuestring);
	}
	return out->n ? 0 : error_set(r->err, "\"%s\" is an empty list; leave it out instead", key);
}

static int expand(struct reader *r, const char *source, int depth, struct buffer *out)
{
	for (const char *p = source; *p; ) {
		const char *end = p[0] == '%' && p[1] == '{' ? strchr(p, '}') : NULL;
		const cJSON *fragment;
		char name[64];

		if (!end || end - p - 2 >= (ptrdiff_t)sizeof name) {
			struct slice plain = { p, 1 + strcspn(p + 1, "%") };

			buffer_add(out, plain);
			p += plain.n;
			continue;
		}
		memcpy(name, p + 2, (size_t)(end - p - 2));
		name[end - p - 2] = '\0';
		fragment = reader_get(r->define, name);
		if (!cJSON_IsString(fragment))
			return error_set(r->err, "%%{%s} is not in \"define\"; define it there", name);
		if (depth > 8)
			return error_set(r->err, "%%{%s} is defined by itself", name);
		if (expand(r, fragment->valuestring, depth + 1, out) < 0)
			return -1;
		p = end + 1;
	}
	return 0;
}

int reader_regex(struct reader *r, const cJSON *item, const char *key, int (*slot_of)(struct slice name),
                 struct slice *source, struct regex **regex)
{
	struct texts parts;
	struct buffer whole = { 0 };
	int rc = reader_texts(r, item, key, false, &parts);

	for (size_t i = 0; rc == 0 && i < parts.n; i++)
		rc = expand(r, arena_string(r->arena, parts.text[i]), 0, &whole);
	if (rc == 0) {
		*source = arena_copy(r->arena, buffer_slice(&whole));
		*regex = regex_new(*source, slot_of);
		rc = r->tried ? 0 : regex_compile(*regex, r->err);
	}
	buffer_release(&whole);
	return rc;
}

