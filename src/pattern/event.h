/* event.h - one thing that a log line says about a reply or a delivery outcome.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_EVENT_H
#define PATTERN_EVENT_H

#include "base/slice.h"

/* Each enumeration starts with its NONE = 0: "the line does not say". */
enum field {
#define FIELD(id, name) FIELD_##id,
#include "pattern/event.def"
	N_FIELDS
};
enum kind { KIND_NONE,
#define KIND(id, name, headline, en, ru) KIND_##id,
#include "pattern/event.def"
	N_KINDS
};
enum direction { DIRECTION_NONE,
#define DIRECTION(id, name, en, ru) DIRECTION_##id,
#include "pattern/event.def"
	N_DIRECTIONS
};
enum stage { STAGE_NONE,
#define STAGE(id, name, en, ru) STAGE_##id,
#include "pattern/event.def"
	N_STAGES
};
enum outcome { OUTCOME_NONE,
#define OUTCOME(id, name, en, ru) OUTCOME_##id,
#include "pattern/event.def"
	N_OUTCOMES
};
enum basis { BASIS_NONE,
#define BASIS(id, name) BASIS_##id,
#include "pattern/event.def"
	N_BASES
};
enum reason_class { REASON_CLASS_NONE,
#define REASON_CLASS(id, name, en, ru) REASON_CLASS_##id,
#include "pattern/event.def"
	N_REASON_CLASSES
};
/* Fields before this one are columns of `events`. */
enum { N_EVENT_COLUMNS = FIELD_REASON + 1 };

/* The name as it stands in JSON, TSV and packs; "" for NONE but for an outcome,
 * whose NONE is "none". */
const char *field_name(enum field field);
const char *kind_name(enum kind kind);
const char *direction_name(enum direction direction);
const char *stage_name(enum stage stage);
const char *outcome_name(enum outcome outcome);
const char *basis_name(enum basis basis);
const char *reason_class_name(enum reason_class reason_class);
/* The value of a name, or -1; "none" gives 0. */
int field_parse(struct slice name);
int kind_parse(struct slice name);
int direction_parse(struct slice name);
int stage_parse(struct slice name);
int outcome_parse(struct slice name);
int basis_parse(struct slice name);
int reason_class_parse(struct slice name);
/* Counted in the headline? */
bool kind_in_headline(enum kind kind);

/* The slices point into the line, the pack or the matcher's scratch, and are
 * valid until the matcher's next event or line. */
struct event {
	int64_t time;              /* UTC seconds or TIME_NONE */
	int32_t zone;              /* seconds east of UTC on the log's own clock */
	struct slice host, service;
	struct slice mta, pattern; /* names of the pack and the pattern */
	enum kind kind;
	enum direction direction;
	enum stage stage;
	int code;                  /* 0 none */
	enum basis code_basis;
	uint32_t enhanced;         /* as in reply.h, 0 none */
	enum basis enhanced_basis;
	enum outcome outcome;
	struct slice domain, relay, relay_ip, id, reason;
	uint64_t reason_number;    /* reasons of one matcher's events are the same if and only if
	                              their numbers are; 0: none */
	struct slice provider;     /* behind the relay: providers.h */
	enum reason_class reason_class; /* of a refusal: reasons.h */
	struct slice peer;         /* relay_ip without its port */
	int64_t delay;             /* milliseconds, -1 none */
	uint64_t count;            /* recipients x repeats */
	bool not_ours;             /* a relay attempt: its domain is folded when counted */
	bool twice;                /* the server may say the line again, at once */
	bool disagrees;            /* two statements of the line contradict each other */
	uint64_t token;            /* events of one matcher with the same token differ in time,
	                              id, delay and count at most; 0: none */
	uint64_t place;            /* events of one matcher with the same place have the same domain and
	                              relay; 0: none. A matcher's are even: the odd number behind one is
	                              left to who counts these with the relay in other words */
	uint64_t verdict;          /* events of one matcher with the same verdict differ in time, domain,
	                              relay with its addresses, id, delay, count and recipients at
	                              most; 0: none */
	const uint64_t *recipients; /* of a line's first event, if deferred: hash_fixed() of id
	                               and address, one for each recipient of the line */
	size_t n_recipients;
};

/* A field as text, as TSV and packs show it; empty for "nothing". The fields
 * `file` and `line` are the reader's, not the event's: always empty. The result
 * points into the event, a constant or `text`. */
enum { EVENT_TEXT_MAX = 48 };
struct slice event_text(const struct event *event, enum field field, char text[EVENT_TEXT_MAX]);

#endif
