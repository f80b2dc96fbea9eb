/* pack.c - from a pack's JSON to the structures of pack.h: which lines are its own,
 * words, known rows; patterns are read in pattern.c. Errors name the pattern and
 * the key; pack_read() puts the file before them. SPDX-License-Identifier: MIT */
#include "pattern/reader.h"

#include <stdlib.h>

static const char *const slot_names[N_SLOTS] = {
#define FIELD(id, name) name,
#include "pattern/event.def"
#define INPUT(id, name) name,
#include "pattern/input.def"
};

struct slice slot_name(int slot)
{
	return slice_of(slot_names[slot]);
}

int slot_parse(struct slice name)
{
	for (int i = 0; i < N_SLOTS; i++)
		if (slice_eq(name, slice_of(slot_names[i])))
			return i;
	return -1;
}

static int read_patterns(struct reader *r, const cJSON *list)
{
	struct pack *pack = r->pack;
	const cJSON *item;

	if (!cJSON_IsArray(list) || !list->child)
		return error_set(r->err, "a pack needs \"patterns\", a list with at least one");
	NEW_ARRAY(r, pack->patterns, (size_t)cJSON_GetArraySize(list));
	cJSON_ArrayForEach(item, list) {
		struct pattern *pattern = &pack->patterns[pack->n_patterns++];

		if (read_pattern(r, item, pattern) == 0)
			continue;
		if (pattern->name.n)
			return error_prefix(r->err, "pattern \"%.*s\"", SLICE_ARG(pattern->name));
		return error_prefix(r->err, "pattern %zu", pack->n_patterns);
	}
	return 0;
}

static int read_known(struct reader *r, const cJSON *list)
{
	static const char *const keys[] = { "services", "starts", "has", "trouble", "about", NULL };
	struct pack *pack = r->pack;
	const cJSON *item;

	if (!list)
		return 0;
	if (!cJSON_IsArray(list))
		return error_set(r->err, "\"known\" must be a list [ ... ]");
	NEW_ARRAY(r, pack->known, (size_t)cJSON_GetArraySize(list));
	cJSON_ArrayForEach(item, list) {
		struct known *known = &pack->known[pack->n_known++];

		known->trouble = cJSON_IsTrue(reader_get(item, "trouble"));
		if (reader_keys(r, item, keys) < 0 ||
		    reader_texts(r, reader_get(item, "services"), "services", false, &known->services) < 0 ||
		    reader_texts(r, reader_get(item, "starts"), "starts", false, &known->starts) < 0 ||
		    reader_texts(r, reader_get(item, "has"), "has", false, &known->has) < 0)
			return error_prefix(r->err, "known row %zu", pack->n_known);
		if (!known->starts.n && !known->has.n && !known->services.n) {
			error_set(r->err, "needs \"services\", \"starts\" or \"has\"");
			return error_prefix(r->err, "known row %zu", pack->n_known);
		}
	}
	return 0;
}

static int read_words(struct reader *r, const cJSON *object, const char *key, int (*parse)(struct slice), struct words *out)
{
	const cJSON *words = reader_get(object, key), *item;

	if (!words)
		return 0;
	if (!cJSON_IsObject(words))
		return error_set(r->err, "\"words\": \"%s\" must be an object { \"as logged\": \"value\" }", key);
	NEW_ARRAY(r, out->word, (size_t)cJSON_GetArraySize(words));
	cJSON_ArrayForEach(item, words) {
		int value = cJSON_IsString(item) ? parse(slice_of(item->valuestring)) : -1;

		if (value < 0)
			return error_set(r->err, "\"words\": \"%s\": \"%.40s\" has a value that does not exist", key, item->string);
		out->word[out->n++] = (struct word){ reader_keep(r, item->string), value };
	}
	return 0;
}

static int read_claims(struct reader *r, const cJSON *root)
{
	struct texts times;
	struct slice source;

	if (reader_texts(r, reader_get(root, "services"), "services", false, &r->pack->services) < 0 ||
	    reader_texts(r, reader_get(root, "times"), "times", false, &times) < 0)
		return -1;
	for (size_t i = 0; i < times.n; i++) {
		if (!slice_eq(times.text[i], SLICE("exim")))
			return error_set(r->err, "\"times\": \"%.*s\" is not known; \"exim\" is", SLICE_ARG(times.text[i]));
		r->pack->exim_time = true;
	}
	if (reader_get(root, "shape") && reader_regex(r, reader_get(root, "shape"), "shape", NULL, &source, &r->pack->shape) < 0)
		return error_prefix(r->err, "shape");
	if (!r->pack->services.n && !r->pack->shape && !r->pack->exim_time)
		return error_set(r->err, "a pack needs \"services\", \"shape\" or \"times\": which lines are its own");
	return 0;
}

static int read_flag(struct reader *r, const cJSON *root, const char *key, bool *out)
{
	const cJSON *item = reader_get(root, key);

	if (item && !cJSON_IsBool(item))
		return error_set(r->err, "\"%s\" must be true or false", key);
	*out = cJSON_IsTrue(item);
	return 0;
}

static int read_letter(struct reader *r, const cJSON *root, const char *key, char *out)
{
	struct slice letter;

	if (reader_string(r, root, key, false, &letter) < 0)
		return -1;
	if (letter.n > 1)
		return error_set(r->err, "\"%s\" must be one character: what stands for it in replies", key);
	*out = letter.n ? *letter.p : '\0';
	return 0;
}

/* How its lines differ from those of other packs. */
static int read_manners(struct reader *r, const cJSON *root)
{
	struct slice rest;

	if (read_flag(r, root, "ordered", &r->pack->ordered) < 0 || read_flag(r, root, "bare", &r->pack->bare) < 0 ||
	    read_letter(r, root, "blank", &r->pack->blank) < 0 ||
	    read_letter(r, root, "newline", &r->pack->newline) < 0 || reader_string(r, root, "rest", false, &rest) < 0)
		return -1;
	r->pack->leaves_foreign = slice_eq(rest, SLICE("foreign"));
	if (rest.n && !r->pack->leaves_foreign && !slice_eq(rest, SLICE("unrecognised")))
		return error_set(r->err, "\"rest\" must be foreign or unrecognised");
	return 0;
}

static int read_root(struct reader *r, const cJSON *root)
{
	static const char *const keys[] = { "$schema", "pack", "about", "services", "shape", "times", "bare", "ordered",
	                                    "blank", "newline", "rest", "define",
	                                    "words", "known", "patterns", "samples", NULL };
	static const char *const word_keys[] = { "status", "stage", NULL };
	struct pack *pack = r->pack;
	const cJSON *words = reader_get(root, "words");

	r->define = reader_get(root, "define");
	if (reader_keys(r, root, keys) < 0 || (words && reader_keys(r, words, word_keys) < 0))
		return -1;
	return reader_string(r, root, "pack", true, &pack->name) < 0 ||
	       reader_string(r, root, "about", false, &pack->about) < 0 ||
	       read_claims(r, root) < 0 ||
	       read_manners(r, root) < 0 ||
	       read_words(r, words, "status", outcome_parse, &pack->status) < 0 ||
	       read_words(r, words, "stage", stage_parse, &pack->stage) < 0 ||
	       read_known(r, reader_get(root, "known")) < 0 ||
	       read_patterns(r, reader_get(root, "patterns")) < 0 ||
	       (!r->tried && read_samples(r, reader_get(root, "samples"), true, &pack->samples, &pack->n_samples) < 0) ? -1 : 0;
}

struct pack *pack_read(const char *path, bool tried, struct error *err)
{
	struct arena room = { 0 };
	const cJSON *root = reader_open(path, &room, err);
	struct pack *pack;
	struct reader reader;

	if (!root)
		return NULL;
	pack = xcalloc(1, sizeof *pack);
	pack->path = xstrdup(path);
	reader = (struct reader){ &pack->arena, NULL, err, pack, tried };
	if (read_root(&reader, root) < 0) {
		error_prefix(err, "%s", path);
		pack_free(pack);
		pack = NULL;
	}
	arena_release(&room);
	return pack;
}

void pack_free(struct pack *pack)
{
	for (size_t i = 0; i < pack->n_patterns; i++)
		regex_free(pack->patterns[i].regex);
	regex_free(pack->shape);
	free(pack->path);
	arena_release(&pack->arena);
	free(pack);
}
