/* trace.c - following a regex on a text: a backtracking matcher that does what PCRE2
 * does, in its order, and asks a sketch of the text whatever it wants to know.
 * SPDX-License-Identifier: MIT */
#include "pattern/sketch.h"

enum { STEPS_MAX = 20000, DEPTH_MAX = 1000 };

struct trace {
	struct sketch s;
	unsigned steps, depth;
	size_t accepted;
	uint16_t group[SYNTAX_GROUPS_MAX][2];
};

/* What follows when a group's iteration is through. group NULL: the end, for a look
 * ahead or what is not tried again. */
struct then {
	const struct node *group;
	size_t began;
	uint32_t count; /* of iterations before */
	const struct then *up;
};

static bool first_of_branches(const struct node *node, struct bytes *set);

/* The node itself, or what surely comes behind the end of a group. */
static const struct node *next_node(const struct node *node, const struct then **then)
{
	while (!node && *then && (*then)->group && (*then)->group->min == 1 && (*then)->group->max == 1) {
		node = (*then)->group->next;
		*then = (*then)->up;
	}
	return node;
}

/* The bytes that what follows may begin with; false: it may be nothing, or is not known. */
static bool first_of(const struct node *node, const struct then *then, struct bytes *set)
{
	node = next_node(node, &then);
	*set = (struct bytes){ { 0 } };
	if (!node)
		return false;
	switch (node->kind) {
	case NODE_SET:
		*set = node->set;
		return node->min > 0;
	case NODE_GROUP: return node->min > 0 && first_of_branches(node, set);
	case NODE_AHEAD: return !node->negative && first_of_branches(node, set);
	case NODE_END: return true; /* with something to come, it fails */
	case NODE_BEGIN: case NODE_BEHIND: case NODE_EDGE: case NODE_PLACE: break;
	}
	return false;
}

static bool first_of_branches(const struct node *node, struct bytes *set)
{
	for (const struct branch *branch = node->first_branch; branch; branch = branch->next) {
		struct bytes first;

		if (!branch->first || !first_of(branch->first, NULL, &first))
			return false;
		bytes_add_all(set, &first);
	}
	return true;
}

/* Could what follows match with bytes of the hole still to come? */
static bool goes_on_in(const struct trace *t, size_t hole, const struct node *next, const struct then *then)
{
	struct bytes first;

	return !first_of(next, then, &first) ||
	       sketch_relation(&t->s, hole, &first) != APART;
}

enum { LITERAL_MAX = 16 };

/* The bytes that what follows begins with; n: how many are known. */
static size_t literal_of(const struct node *node, const struct then *then, char literal[LITERAL_MAX])
{
	size_t n = 0;

	node = next_node(node, &then);
	for (; node && node->kind == NODE_SET && node->min == 1 && node->max == 1 && n < LITERAL_MAX; node = node->next) {
		literal[n] = (char)bytes_only(&node->set);
		if (!literal[n++])
			return n - 1;
	}
	return n;
}

/* One stretch less of a run that began at `begin`; of a hole in which what follows could
 * match, a byte, or up to where it could. */
static size_t give_back(struct trace *t, size_t begin, size_t at, const struct node *next, const struct then *then)
{
	size_t back = t->s.marks[at].back;
	char literal[LITERAL_MAX];
	struct bytes first;

	if (!t->s.marks[back].hole || !goes_on_in(t, back, next, then))
		return back;
	if (first_of(next, then, &first)) {
		struct slice bytes = { literal, literal_of(next, then, literal) };

		if (sketch_without(&t->s, back, &first) || (bytes.n && sketch_split_last(&t->s, bytes, begin, at, &back)))
			return back;
	}
	sketch_split_back(&t->s, at);
	return t->s.marks[at].back;
}

static bool follow(struct trace *t, const struct node *node, size_t at, const struct then *then);

static bool follow_greedy(struct trace *t, const struct node *node, size_t begin, const struct then *then)
{
	size_t at = sketch_pass_run(&t->s, &node->set, node->max == TIMES_ANY ? SIZE_MAX : node->max, begin);

	while (!t->s.lost && sketch_has_least(&t->s, begin, at, node->min)) {
		if (follow(t, node->next, at, then))
			return true;
		if (node->greed == POSSESSIVE || node->min == node->max || at == begin)
			return false;
		at = give_back(t, begin, at, node->next, then);
	}
	return false;
}

/* One stretch more; the same place: no more. */
static size_t take_more(struct trace *t, const struct node *node, size_t at, const struct then *then)
{
	size_t end = sketch_pass(&t->s, &node->set, at);

	while (end > at && t->s.marks[at].hole && (node->max != TIMES_ANY || goes_on_in(t, at, node->next, then))) {
		sketch_split_front(&t->s, at);
		end = sketch_pass(&t->s, &node->set, at);
	}
	return end;
}

static bool follow_lazy(struct trace *t, const struct node *node, size_t begin, const struct then *then)
{
	for (size_t at = begin, end; !t->s.lost; at = end) {
		size_t lo, hi;

		sketch_count(&t->s, begin, at, &lo, &hi);
		t->s.lost |= lo < node->min && hi >= node->min;
		if (lo >= node->min && follow(t, node->next, at, then))
			return true;
		if (lo >= node->max || (end = take_more(t, node, at, then)) == at)
			return false;
	}
	return false;
}

static bool enter(struct trace *t, const struct node *node, size_t at, uint32_t count, const struct then *up)
{
	const struct then then = { node, at, count, up };

	for (const struct branch *branch = node->first_branch; branch; branch = branch->next)
		if (follow(t, branch->first, at, &then))
			return true;
	return false;
}

/* Once more, or on to what follows; `began` is where the last iteration did. */
static bool iterate(struct trace *t, const struct node *node, size_t at, size_t began, uint32_t count,
                    const struct then *up)
{
	bool more = count < node->max && (count == 0 || at != began);

	if (count < node->min)
		return enter(t, node, at, count, up);
	if (node->greed == LAZY)
		return follow(t, node->next, at, up) || (more && enter(t, node, at, count, up));
	return (more && enter(t, node, at, count, up)) || follow(t, node->next, at, up);
}

static bool end_iteration(struct trace *t, size_t at, const struct then *then)
{
	const struct node *node = then->group;
	uint16_t before[2] = { t->group[node->group][0], t->group[node->group][1] };

	if (node->group) {
		t->group[node->group][0] = (uint16_t)then->began;
		t->group[node->group][1] = (uint16_t)at;
	}
	if (iterate(t, node, at, then->began, then->count + 1, then->up))
		return true;
	memcpy(t->group[node->group], before, sizeof before);
	return false;
}

/* The group alone, with nothing behind it: its end goes to t->accepted. */
static bool follow_alone(struct trace *t, const struct node *node, size_t at)
{
	static const struct then end = { NULL, 0, 0, NULL };
	struct node alone = *node;

	alone.next = NULL;
	alone.greed = node->greed == LAZY ? LAZY : GREEDY;
	return iterate(t, &alone, at, at, 0, &end);
}

static bool follow_ahead(struct trace *t, const struct node *node, size_t at, const struct then *then)
{
	uint16_t before[SYNTAX_GROUPS_MAX][2];
	bool holds;

	memcpy(before, t->group, sizeof before);
	holds = follow_alone(t, node, at);
	if (node->negative)
		memcpy(t->group, before, sizeof before);
	if (!t->s.lost && holds != node->negative && follow(t, node->next, at, then))
		return true;
	memcpy(t->group, before, sizeof before);
	return false;
}

static bool follow_atomic(struct trace *t, const struct node *node, size_t at, const struct then *then)
{
	uint16_t before[SYNTAX_GROUPS_MAX][2];

	memcpy(before, t->group, sizeof before);
	if (follow_alone(t, node, at) && follow(t, node->next, t->accepted, then))
		return true;
	memcpy(t->group, before, sizeof before);
	return false;
}

/* The bytes before `at`, from the last one on. */
static bool stands_behind(struct trace *t, const struct node *first, size_t at)
{
	const struct node *last = first, *before = NULL;

	for (; last->next; last = last->next)
		before = last;
	if (!sketch_behind(&t->s, &last->set, at))
		return false;
	for (const struct node *end = last; before; end = before) {
		for (before = NULL, last = first; last != end; last = last->next)
			before = last;
		if (!before)
			break;
		if (t->s.marks[t->s.marks[at].back].hole)
			sketch_split_back(&t->s, at);
		if (!sketch_behind(&t->s, &before->set, --at))
			return false;
	}
	return true;
}

/* Is a byte of a set to come, and surely does not? */
static bool cannot_begin(const struct trace *t, const struct node *node, size_t at)
{
	if (!node || node->kind != NODE_SET || node->min == 0)
		return false;
	if (at == t->s.text.n)
		return true;
	return t->s.marks[at].hole ? sketch_relation(&t->s, at, &node->set) == APART
	                           : !bytes_have(&node->set, (unsigned char)t->s.text.p[at]);
}

static bool is_edge(struct trace *t, size_t at)
{
	static const struct bytes words = { { UINT64_C(0x03ff000000000000), UINT64_C(0x07fffffe87fffffe) } };

	return sketch_behind(&t->s, &words, at) != sketch_has(&t->s, &words, at);
}

static bool is_one(const struct node *node)
{
	return node && node->kind == NODE_SET && node->min == 1 && node->max == 1;
}

static bool follow_node(struct trace *t, const struct node *node, size_t at, const struct then *then)
{
	if (!node && (!then || !then->group)) {
		t->accepted = at;
		return true;
	}
	if (!node)
		return end_iteration(t, at, then);
	switch (node->kind) {
	case NODE_SET:
		if (is_one(node)) {
			while (is_one(node) && sketch_take(&t->s, &node->set, at)) {
				node = node->next;
				at++;
			}
			return !is_one(node) && follow(t, node, at, then);
		}
		return node->greed == LAZY ? follow_lazy(t, node, at, then) : follow_greedy(t, node, at, then);
	case NODE_GROUP:
		return node->greed == POSSESSIVE ? follow_atomic(t, node, at, then) : iterate(t, node, at, at, 0, then);
	case NODE_AHEAD: return follow_ahead(t, node, at, then);
	case NODE_BEHIND:
		if (cannot_begin(t, node->next, at))
			return false; /* whatever stands behind */
		return stands_behind(t, node->first_branch->first, at) != node->negative && follow(t, node->next, at, then);
	case NODE_EDGE: return is_edge(t, at) && follow(t, node->next, at, then);
	case NODE_PLACE:
		t->s.lost = true;
		return false;
	case NODE_BEGIN: return at == 0 && follow(t, node->next, at, then);
	case NODE_END: return at == t->s.text.n && follow(t, node->next, at, then);
	}
	return false;
}

static bool follow(struct trace *t, const struct node *node, size_t at, const struct then *then)
{
	bool matches;

	if (t->s.lost || ++t->steps > STEPS_MAX || t->depth > DEPTH_MAX) {
		t->s.lost = true;
		return false;
	}
	t->depth++;
	matches = follow_node(t, node, at, then);
	t->depth--;
	return matches;
}

static bool add_stretch(struct outline *outline, const struct sketch *s, size_t begin)
{
	struct stretch *last = outline->n ? &outline->stretches[outline->n - 1] : NULL, *fresh;
	const struct mark *mark = &s->marks[begin];

	if (last && !last->hole && !mark->hole) {
		last->end = mark->end;
		return true;
	}
	if (outline->n == STRETCHES_MAX)
		return false;
	fresh = &outline->stretches[outline->n++];
	*fresh = (struct stretch){
		.hole = mark->hole, .wide = mark->hole && s->wide[mark->set], .begin = (uint16_t)begin, .end = mark->end,
		.least = mark->least, .most = mark->most,
	};
	if (mark->hole) {
		fresh->holds = s->sets[mark->set];
		fresh->not_first = s->sets[mark->barred];
		bytes_keep(&fresh->not_first, &fresh->holds);
		fresh->last_of = mark->last_of;
	}
	return true;
}

bool outline_make(const struct node *regex, struct slice text, struct outline *outline)
{
	static const struct then end = { NULL, 0, 0, NULL };
	struct trace t;

	if (text.n == 0 || text.n > OUTLINE_TEXT_MAX)
		return false;
	t.steps = t.depth = 0;
	sketch_begin(&t.s, text);
	memset(t.group, 0xff, sizeof t.group);
	outline->matches = iterate(&t, regex, 0, 0, 0, &end);
	outline->n = 0;
	memcpy(outline->group, t.group, sizeof t.group);
	outline->not_last = sketch_not_last(&t.s);
	for (size_t at = 0; at < text.n && !t.s.lost; at = t.s.marks[at].end)
		t.s.lost = !add_stretch(outline, &t.s, at);
	return !t.s.lost;
}

bool outline_suits(const struct node *regex)
{
	if (regex->kind != NODE_GROUP || regex->min == 0)
		return false;
	for (const struct branch *branch = regex->first_branch; branch; branch = branch->next)
		if (!branch->first || (branch->first->kind != NODE_BEGIN && !outline_suits(branch->first)))
			return false;
	return true;
}
