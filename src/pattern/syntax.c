/* syntax.c - SPDX-License-Identifier: MIT */
#include "pattern/syntax.h"

enum { DEPTH_MAX = 40, TIMES_MAX = 65535 };

struct reader {
	struct slice rest;
	struct arena *arena;
	unsigned groups; /* so far */
	int depth;
	bool caseless;
	bool failed;
};

static void *give_up(struct reader *r)
{
	r->failed = true;
	return NULL;
}

static char front(const struct reader *r)
{
	return r->rest.n ? *r->rest.p : '\0';
}

static char take(struct reader *r)
{
	char c = front(r);

	r->rest = slice_from(r->rest, 1);
	return c;
}

static bool skip(struct reader *r, struct slice text)
{
	if (!slice_starts(r->rest, text))
		return false;
	r->rest = slice_from(r->rest, text.n);
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void add_range(struct bytes *set, unsigned char from, unsigned char to)
{
	for (unsigned c = from; c <= to; c++)
		bytes_add(set, (unsigned char)c);
}

/* Letters of the other case, too. */
static void add_case(struct bytes *set)
{
	const uint64_t letters = 0x07fffffe07fffffe; /* both cases stand in one word */

	set->in[1] |= (set->in[1] & letters) << 32 | (set->in[1] & letters) >> 32;
}

/* PCRE2's own tables, those of the C locale. */
static bool named_set(char name, struct bytes *set)
{
	*set = (struct bytes){ { 0 } };
	switch (name) {
	case 'd': case 'D':
		add_range(set, '0', '9');
		break;
	case 's': case 'S':
		add_range(set, '\t', '\r');
		bytes_add(set, ' ');
		break;
	case 'w': case 'W':
		add_range(set, '0', '9');
		add_range(set, 'A', 'Z');
		add_range(set, 'a', 'z');
		bytes_add(set, '_');
		break;
	default:
		return false;
	}
	if (name < 'a')
		bytes_invert(set);
	return true;
}

/* Behind a backslash: a byte, or a set. False: something else. */
static bool read_escape(struct reader *r, unsigned char *byte, struct bytes *set, bool *is_set)
{
	char c = take(r);

	*is_set = named_set(c, set);
	if (*is_set)
		return true;
	*byte = (unsigned char)(c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c);
	return c == 't' || c == 'n' || c == 'r' || (c && !is_digit(c) && !is_letter(c));
}

/* One element of [...], or the begin of a range. */
static bool read_element(struct reader *r, unsigned char *byte, struct bytes *set, bool *is_set)
{
	char c = take(r);

	*is_set = false;
	*byte = (unsigned char)c;
	if (c == '[' && (front(r) == ':' || front(r) == '.' || front(r) == '='))
		return false;
	return c == '\\' ? read_escape(r, byte, set, is_set) : c != '\0';
}

/* Behind "[". */
static bool read_set(struct reader *r, struct bytes *out)
{
	bool inverted = skip(r, SLICE("^")), first = true;

	*out = (struct bytes){ { 0 } };
	for (; first || front(r) != ']'; first = false) {
		unsigned char from, to;
		struct bytes set;
		bool is_set;

		if (!read_element(r, &from, &set, &is_set))
			return false;
		if (is_set) {
			bytes_add_all(out, &set);
			if (front(r) == '-' && !slice_starts(r->rest, SLICE("-]")))
				return false;
			continue;
		}
		to = from;
		if (front(r) == '-' && !slice_starts(r->rest, SLICE("-]"))) {
			take(r);
			if (!read_element(r, &to, &set, &is_set) || is_set || to < from)
				return false;
		}
		add_range(out, from, to);
	}
	take(r);
	if (r->caseless)
		add_case(out);
	if (inverted)
		bytes_invert(out);
	return true;
}

static bool read_number(struct reader *r, uint32_t *number)
{
	*number = 0;
	if (!is_digit(front(r)))
		return false;
	while (is_digit(front(r)) && *number <= TIMES_MAX)
		*number = *number * 10 + (uint32_t)(take(r) - '0');
	return *number <= TIMES_MAX;
}

/* "{2}", "{2,}", "{2,5}"; other braces are no quantifier, and not read. */
static bool read_times(struct reader *r, struct node *node)
{
	if (!read_number(r, &node->min))
		return false;
	node->max = node->min;
	if (skip(r, SLICE(",")) && !read_number(r, &node->max)) {
		if (front(r) != '}')
			return false;
		node->max = TIMES_ANY;
	}
	return skip(r, SLICE("}")) && node->min <= node->max;
}

static void read_quantifier(struct reader *r, struct node *node)
{
	node->min = node->max = 1;
	switch (front(r)) {
	case '?': node->min = 0; take(r); break;
	case '*': node->min = 0; node->max = TIMES_ANY; take(r); break;
	case '+': node->max = TIMES_ANY; take(r); break;
	case '{':
		take(r);
		if (!read_times(r, node))
			give_up(r);
		break;
	default: return;
	}
	if (node->kind != NODE_SET && node->kind != NODE_GROUP)
		give_up(r);
	node->greed = skip(r, SLICE("+")) ? POSSESSIVE : skip(r, SLICE("?")) ? LAZY : GREEDY;
}

static const struct branch *read_branches(struct reader *r, bool reset);

static struct node *new_node(struct reader *r, enum node_kind kind)
{
	struct node *node = arena_alloc(r->arena, sizeof *node);

	*node = (struct node){ .kind = kind, .min = 1, .max = 1 };
	return node;
}

static unsigned new_group(struct reader *r)
{
	if (++r->groups >= SYNTAX_GROUPS_MAX)
		give_up(r);
	return r->groups;
}

/* Read are bytes of sets, one each, without alternatives. */
static struct node *read_behind(struct reader *r, bool negative)
{
	const unsigned groups = r->groups;
	const struct branch *branch = read_branches(r, false);
	struct node *node = new_node(r, NODE_BEHIND);

	node->negative = negative;
	node->first_branch = branch;
	if (r->failed || r->groups != groups)
		return give_up(r);
	if (branch->next || !branch->first)
		node->kind = NODE_PLACE;
	for (const struct node *byte = branch->first; byte; byte = byte->next)
		if (byte->kind != NODE_SET || byte->min != 1 || byte->max != 1)
			node->kind = NODE_PLACE;
	return node;
}

/* Behind "(": which sort it is. A group that captures has its number before those
 * that are in it. */
static struct node *read_group(struct reader *r)
{
	struct node *node;
	const bool caseless = r->caseless;
	bool reset = false;

	if (skip(r, SLICE("?<=")))
		return read_behind(r, false);
	if (skip(r, SLICE("?<!")))
		return read_behind(r, true);
	node = new_node(r, NODE_GROUP);
	if (skip(r, SLICE("?=")) || skip(r, SLICE("?!"))) {
		node->kind = NODE_AHEAD;
		node->negative = r->rest.p[-1] == '!';
	} else if (skip(r, SLICE("?|"))) {
		reset = true;
	} else if (skip(r, SLICE("?>"))) {
		node->greed = POSSESSIVE;
	} else if (skip(r, SLICE("?i:"))) {
		r->caseless = true;
	} else if (skip(r, SLICE("?<"))) {
		node->group = new_group(r);
		while (front(r) && front(r) != '>')
			take(r);
		take(r);
	} else if (!skip(r, SLICE("?:"))) {
		if (front(r) == '?' || front(r) == '*')
			return give_up(r);
		node->group = new_group(r);
	}
	node->first_branch = read_branches(r, reset);
	r->caseless = caseless;
	return node;
}

static struct node *set_node(struct reader *r, const struct bytes *set)
{
	struct node *node = new_node(r, NODE_SET);

	node->set = *set;
	return node;
}

static struct node *byte_node(struct reader *r, unsigned char c)
{
	struct bytes set = { { 0 } };

	bytes_add(&set, c);
	if (r->caseless)
		add_case(&set);
	return set_node(r, &set);
}

static struct node *read_atom(struct reader *r)
{
	struct bytes set = { { 0 } };
	unsigned char byte;
	bool is_set;
	char c = take(r);

	switch (c) {
	case '^': return new_node(r, NODE_BEGIN);
	case '$': return new_node(r, NODE_END);
	case '(':
		if (++r->depth > DEPTH_MAX)
			return give_up(r);
		{
			struct node *node = read_group(r);

			r->depth--;
			return take(r) == ')' ? node : give_up(r);
		}
	case '.':
		bytes_invert(&set);
		return set_node(r, &set);
	case '[': return read_set(r, &set) ? set_node(r, &set) : give_up(r);
	case '\\':
		if (skip(r, SLICE("b")))
			return new_node(r, NODE_EDGE);
		if (skip(r, SLICE("B")))
			return new_node(r, NODE_PLACE);
		if (!read_escape(r, &byte, &set, &is_set))
			return give_up(r);
		return is_set ? set_node(r, &set) : byte_node(r, byte);
	case '\0': case '?': case '*': case '+': case '{': return give_up(r);
	default: return byte_node(r, (unsigned char)c);
	}
}

static const struct node *read_branch(struct reader *r)
{
	const struct node *first = NULL, **link = &first;

	while (r->rest.n && front(r) != '|' && front(r) != ')') {
		struct node *node = read_atom(r);
		bool atomic;

		if (r->failed)
			return NULL;
		atomic = node->greed == POSSESSIVE;
		read_quantifier(r, node);
		if (r->failed || (atomic && (node->min != 1 || node->max != 1)))
			return give_up(r);
		*link = node;
		link = &node->next;
	}
	return first;
}

/* reset: groups of each alternative are numbered from the same number on. */
static const struct branch *read_branches(struct reader *r, bool reset)
{
	const struct branch *first = NULL, **link = &first;
	unsigned begin = r->groups, end = begin;

	do {
		struct branch *branch = arena_alloc(r->arena, sizeof *branch);

		if (reset)
			r->groups = begin;
		*branch = (struct branch){ .first = read_branch(r) };
		end = r->groups > end ? r->groups : end;
		*link = branch;
		link = &branch->next;
	} while (!r->failed && skip(r, SLICE("|")));
	r->groups = end;
	return first;
}

const struct node *syntax_read(struct slice source, struct arena *arena)
{
	struct reader r = { .rest = source, .arena = arena };
	struct node *whole = new_node(&r, NODE_GROUP);

	whole->first_branch = read_branches(&r, false);
	return r.failed || r.rest.n ? NULL : whole;
}
