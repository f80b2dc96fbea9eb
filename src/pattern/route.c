/* route.c - SPDX-License-Identifier: MIT */
#include "pattern/route.h"

#include "pattern/begin.h"
#include "pattern/fork.h"

#include <stdlib.h>

static bool fits(const struct texts *globs, struct slice service)
{
	for (size_t i = 0; i < globs->n; i++)
		if (slice_glob(service, globs->text[i]))
			return true;
	return false;
}

/* Collects a route's literals, each once. */
struct collector {
	struct slice *literal;
	size_t n, capacity;
};

struct collectors {
	struct collector anchors, has;
};

static uint32_t number_of(struct collector *c, struct slice literal)
{
	for (size_t i = 0; i < c->n; i++)
		if (slice_eq(c->literal[i], literal))
			return (uint32_t)i;
	GROW(c->literal, c->n, c->capacity);
	c->literal[c->n] = literal;
	return (uint32_t)c->n++;
}

/* Numbers are noted first; masks are made when all literals are known. */
static uint64_t *numbers_of(struct collector *c, const struct texts *texts)
{
	uint64_t *numbers = texts->n ? xcalloc(texts->n, sizeof *numbers) : NULL;

	for (size_t i = 0; i < texts->n; i++)
		numbers[i] = number_of(c, texts->text[i]);
	return numbers;
}

static uint64_t *mask_of(uint64_t *numbers, size_t n, size_t words)
{
	uint64_t *mask = n ? xcalloc(words, sizeof *mask) : NULL;

	for (size_t i = 0; i < n; i++)
		mask[numbers[i] / 64] |= (uint64_t)1 << numbers[i] % 64;
	free(numbers);
	return mask;
}

static void add_pattern(struct route *route, struct collectors *c, const struct pattern *pattern,
                        const struct node *regex, struct outlines *outlines)
{
	route->patterns[route->n_patterns++] =
		(struct try_pattern){ pattern, regex, outlines, numbers_of(&c->anchors, &pattern->anchors) };
}

static void add_known(struct route *route, struct collectors *c, const struct known *known, const struct pack *pack)
{
	route->known[route->n_known++] = (struct try_known){ known, pack, numbers_of(&c->has, &known->has) };
}

/* `service` NULL: whatever the services of patterns and rows are. */
static void add_pack(struct route *route, struct collectors *c, const struct pack *pack, const struct slice *service)
{
	route->leaves_foreign |= pack->leaves_foreign;
	for (size_t i = 0; i < pack->n_patterns; i++) {
		const struct pattern *pattern = &pack->patterns[i];

		if (!pattern->beside.n && (!service || !pattern->services.n || fits(&pattern->services, *service)))
			add_pattern(route, c, pattern, NULL, outlines_new(pattern->source, &pattern->anchors));
	}
	for (size_t i = 0; i < pack->n_known; i++) {
		const struct known *known = &pack->known[i];

		if (!service || !known->services.n || fits(&known->services, *service))
			add_known(route, c, known, pack);
	}
}

static struct route *with_room(size_t n_patterns, size_t n_known)
{
	struct route *route = xcalloc(1, sizeof *route);

	route->patterns = xcalloc(n_patterns, sizeof *route->patterns);
	route->known = xcalloc(n_known, sizeof *route->known);
	return route;
}

static void index_known(struct route *route, size_t i)
{
	const struct texts *starts = &route->known[i].known->starts;
	const uint64_t *has = route->known[i].has;
	uint64_t bit = (uint64_t)1 << i % 64;

	if (i / 64 >= KNOWN_WORDS)
		return;
	route->known_words = i / 64 + 1;
	if (!has)
		route->without_has[i / 64] |= bit;
	for (size_t k = 0; has && k < 64 * route->has.words; k++)
		if (has[k / 64] >> k % 64 & 1)
			route->by_literal[k][i / 64] |= bit;
	for (size_t k = 0; k < starts->n; k++)
		route->by_first_byte[(unsigned char)starts->text[k].p[0]][i / 64] |= bit;
	for (int c = 0; c < 256 && starts->n == 0; c++)
		route->by_first_byte[c][i / 64] |= bit;
}

static struct finder finder_of(struct collector *c)
{
	size_t words = literals_words(c->n);
	struct finder finder = { literals_new(c->literal, c->n), words, xcalloc(words, sizeof(uint64_t)) };

	free(c->literal);
	return finder;
}

static void finder_free(struct finder *finder)
{
	literals_free(finder->literals);
	free(finder->found);
}

static struct route *finish(struct route *route, struct collectors *c)
{
	route->anchors = finder_of(&c->anchors);
	route->has = finder_of(&c->has);
	route->by_literal = xcalloc(64 * route->has.words, sizeof *route->by_literal);
	route->ordered = xcalloc(route->anchors.words, sizeof *route->ordered);
	for (size_t i = 0; i < route->n_patterns; i++) {
		struct try_pattern *try = &route->patterns[i];

		try->anchors = mask_of(try->anchors, try->pattern->anchors.n, route->anchors.words);
		for (size_t w = 0; w < route->anchors.words; w++)
			route->ordered[w] |= try->pattern->ordered ? try->anchors[w] : 0;
		route->has_ordered |= try->pattern->ordered;
	}
	for (size_t i = 0; i < route->n_known; i++) {
		struct try_known *try = &route->known[i];

		try->has = mask_of(try->has, try->known->has.n, route->has.words);
		index_known(route, i);
	}
	return route;
}

static struct route *with_forks(struct route *route)
{
	route->forks = xcalloc(1, sizeof *route->forks);
	return route;
}

bool route_select(const struct packs *packs, struct slice service, struct buffer *selection)
{
	bool any = false;

	for (size_t i = 0; i < packs->n; i++) {
		const struct pack *pack = packs->pack[i];
		bool claims = fits(&pack->services, service);

		any |= claims;
		buffer_byte(selection, claims ? '+' : '-');
		for (size_t k = 0; claims && k < pack->n_patterns; k++)
			buffer_byte(selection, fits(&pack->patterns[k].services, service) ? '+' : '-');
		for (size_t k = 0; claims && k < pack->n_known; k++)
			buffer_byte(selection, fits(&pack->known[k].services, service) ? '+' : '-');
	}
	return any;
}

struct route *route_new(const struct packs *packs, struct slice service)
{
	struct collectors c = { 0 };
	size_t n_patterns = 0, n_known = 0;
	struct route *route;

	for (size_t i = 0; i < packs->n; i++) {
		n_patterns += packs->pack[i]->n_patterns;
		n_known += packs->pack[i]->n_known;
	}
	route = with_room(n_patterns, n_known);
	for (size_t i = 0; i < packs->n; i++)
		if (fits(&packs->pack[i]->services, service))
			add_pack(route, &c, packs->pack[i], &service);
	return with_forks(finish(route, &c));
}

struct route *route_of_pack(const struct pack *pack)
{
	struct collectors c = { 0 };
	struct route *route = with_room(pack->n_patterns, pack->n_known);

	add_pack(route, &c, pack, NULL);
	return with_forks(finish(route, &c));
}

bool known_could_fit(const struct known *known, bool behind_id, struct slice begin)
{
	for (size_t i = 0; i < known->starts.n; i++)
		if (begin_could_start(behind_id, begin, known->starts.text[i]))
			return true;
	return known->starts.n == 0;
}

struct route *route_of_begin(struct route *route, bool behind_id, struct slice begin)
{
	struct collectors c = { 0 };
	struct route *fork = with_room(route->n_patterns, route->n_known);

	if (!route->syntax.block)
		for (size_t i = 0; i < route->n_patterns; i++)
			route->patterns[i].regex = syntax_read(route->patterns[i].pattern->source, &route->syntax);
	fork->leaves_foreign = route->leaves_foreign;
	for (size_t i = 0; i < route->n_patterns; i++) {
		const struct try_pattern *try = &route->patterns[i];

		if (begin_could_match(behind_id, begin, try->regex))
			add_pattern(fork, &c, try->pattern, try->regex, try->outlines);
	}
	for (size_t i = 0; i < route->n_known; i++)
		if (known_could_fit(route->known[i].known, behind_id, begin))
			add_known(fork, &c, route->known[i].known, route->known[i].pack);
	return finish(fork, &c);
}

void route_free(struct route *route)
{
	if (!route)
		return;
	arena_release(&route->syntax);
	for (size_t i = 0; i < route->n_patterns; i++) {
		if (route->forks)
			outlines_free(route->patterns[i].outlines);
		free(route->patterns[i].anchors);
	}
	for (size_t i = 0; i < route->n_known; i++)
		free(route->known[i].has);
	finder_free(&route->anchors);
	finder_free(&route->has);
	free(route->patterns);
	free(route->known);
	free(route->by_literal);
	free(route->ordered);
	forks_free(route->forks);
	free(route);
}

static void scan(struct finder *finder, struct slice text)
{
	literals_scan(finder->literals, text, finder->found);
}

static inline bool has_any(const struct finder *finder, const uint64_t *mask)
{
	for (size_t w = 0; w < finder->words; w++)
		if (finder->found[w] & mask[w])
			return true;
	return false;
}

void route_scan(struct route *route, struct slice text)
{
	scan(&route->anchors, text);
}

static bool found_none(const struct finder *finder)
{
	for (size_t w = 0; w < finder->words; w++)
		if (finder->found[w])
			return false;
	return true;
}

size_t route_next_pattern(const struct route *route, size_t from)
{
	if (from == 0 && found_none(&route->anchors))
		return route->n_patterns;
	while (from < route->n_patterns && !has_any(&route->anchors, route->patterns[from].anchors))
		from++;
	return from;
}

bool route_minds_order(struct route *route, struct slice text)
{
	if (!route->has_ordered)
		return false;
	scan(&route->anchors, text);
	return has_any(&route->anchors, route->ordered);
}

static bool starts_with_any(const struct texts *starts, struct slice text)
{
	for (size_t i = 0; i < starts->n; i++)
		if (slice_starts(text, starts->text[i]))
			return true;
	return starts->n == 0;
}

static bool known_fits(const struct route *route, const struct try_known *try, struct slice text)
{
	return (!try->has || has_any(&route->has, try->has)) && starts_with_any(&try->known->starts, text);
}

/* The rows of a word that ask for no literal, or for one that was found. */
static uint64_t rows_that_have(const struct route *route, size_t word)
{
	uint64_t rows = route->without_has[word];

	for (size_t w = 0; w < route->has.words; w++)
		for (uint64_t left = route->has.found[w]; left; left &= left - 1)
			rows |= route->by_literal[64 * w + (size_t)__builtin_ctzll(left)][word];
	return rows;
}

const struct try_known *route_known(struct route *route, struct slice text)
{
	const uint64_t *rows = route->by_first_byte[text.n ? (unsigned char)*text.p : 0];

	scan(&route->has, text);
	for (size_t w = 0; w < route->known_words; w++)
		for (uint64_t left = rows[w] & rows_that_have(route, w); left; left &= left - 1) {
			const struct try_known *try = &route->known[64 * w + (size_t)__builtin_ctzll(left)];

			if (starts_with_any(&try->known->starts, text))
				return try;
		}
	for (size_t i = 64 * KNOWN_WORDS; i < route->n_known; i++)
		if (known_fits(route, &route->known[i], text))
			return &route->known[i];
	return NULL;
}
