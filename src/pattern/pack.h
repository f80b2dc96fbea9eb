/* pack.h - a pattern pack as it stands in memory; const once loaded.
 *
 * The format is described in smtplog-stats-patterns(5). SPDX-License-Identifier: MIT */
#ifndef PATTERN_PACK_H
#define PATTERN_PACK_H

#include "base/mem.h"
#include "pattern/event.h"
#include "pattern/regex.h"

/* What a group can capture and a rule can ask for: the fields of an event, then
 * the inputs that are parsed into them. */
enum slot {
	SLOT_LAST_FIELD = N_FIELDS - 1,
#define INPUT(id, name) SLOT_##id,
#include "pattern/input.def"
	N_SLOTS
};

struct texts {
	struct slice *text;
	size_t n;
};

/* One `set` entry. The target is a field, or one of these, which are true or false. */
enum { SLOT_NOT_OURS = N_SLOTS, SLOT_TWICE };
struct assignment {
	int slot;
	int64_t number;    /* enumerated and numeric targets; 0 removes */
	struct slice text; /* the others; empty removes */
};
struct assignments {
	struct assignment *set;
	size_t n;
};

struct condition {
	int slot;
	struct texts values; /* any of them */
	bool plain;          /* none of them is a glob or a network */
};
struct conditions {
	struct condition *all;
	size_t n;
};
struct rule {
	struct conditions when;
	struct assignments set;
};

/* One value that a line leaves for later ones. */
struct remembered {
	int slot;
	bool captured;     /* the line's own, or what it recalled */
	struct slice text; /* otherwise; p is NULL: nothing is kept any more */
};

/* A translation of a captured word. */
struct word {
	struct slice logged;
	int value; /* of the enumeration */
};
struct words {
	struct word *word;
	size_t n;
};

/* A sample: a whole line and what it must give. */
struct expectation {
	int field;
	struct slice text;
};
struct sample_event {
	struct expectation *expect;
	size_t n;
};
struct sample {
	struct texts after; /* lines of the stream before it */
	struct slice line;
	int fate;                   /* of a pack's sample: an enum fate; -1 */
	struct sample_event *event; /* of a pattern's sample; none: it must not decide */
	size_t n_events;
};

struct pattern {
	const struct pack *pack;
	struct slice name;
	struct texts services, anchors;
	struct slice source; /* of the regex, fragments put in */
	struct regex *regex;
	struct assignments set;
	struct rule *rules;
	size_t n_rules;
	struct sample *samples;
	size_t n_samples;
	bool repeats; /* its successes may be remembered: memo.h */
	bool verdicts; /* the same of its refusals: verdict.h */
	const struct condition **open; /* what rules ask of whom they are about */
	size_t n_open;
	struct texts beside;         /* tried only on lines that one of these has decided, ... */
	const struct pattern *also;  /* ... here the other way round: a further event, or NULL */
	/* Of an ordered pack: slots filled from memory where the line leaves them open,
	 * what must hold then, and what is left for later lines. */
	bool ordered;        /* has any of these */
	int *recalls;
	size_t n_recalls;
	struct conditions when;
	struct remembered *remembers;
	size_t n_remembers;
};

struct known {
	struct texts services, starts, has;
	bool trouble;
};

struct pack {
	struct slice name, about;
	char *path;
	bool own;            /* comes with the program */
	struct texts services;
	bool exim_time;      /* claims lines with Exim's own time stamp and no other service */
	bool ordered;        /* what a line means depends on lines before it: memory.h */
	bool leaves_foreign; /* its lines that nothing fits are foreign, not unrecognised */
	bool bare;           /* the shape is tried only on lines without a service */
	char blank, newline; /* what stands for these in replies and reasons; or '\0' */
	struct regex *shape; /* or NULL */
	struct words status, stage;
	struct known *known;
	size_t n_known;
	struct pattern *patterns;
	size_t n_patterns;
	struct sample *samples;
	size_t n_samples;
	struct arena arena;  /* all of the above but regexes and path */
};

struct packs {
	struct pack **pack; /* by name */
	size_t n, capacity;
	struct reasons *reasons;     /* reasons.h */
	struct providers *providers; /* providers.h */
};

/* Reads one file. NULL and *err: the file, the pattern, the place, what to do. Of one
 * that was tried before, samples are left out, and a regex is compiled when it is
 * first run. */
struct pack *pack_read(const char *path, bool tried, struct error *err);
void pack_free(struct pack *pack);
/* A slot by its name in packs, or -1; and its name. */
int slot_parse(struct slice name);
struct slice slot_name(int slot);

#endif
