/* reasons.h - rules that tell what a refusal is about.
 *
 * In order, the first that fits decides; a user's stand before ours. What is looked
 * at is what a database keeps: codes, the template of the text (reason.h), kind,
 * direction, stage, outcome and provider; so equal refusals have one class always.
 * The format is described in smtplog-stats-patterns(5). SPDX-License-Identifier: MIT */
#ifndef PATTERN_REASONS_H
#define PATTERN_REASONS_H

#include "pattern/pack.h"
#include "pattern/wording.h"

struct reason_sample {
	struct slice text; /* the reply as logged, or a text without a code */
	struct slice provider;
	int kind, direction, stage, outcome; /* -1: what the text says, or the usual */
	uint32_t dsn;      /* an enhanced code that the log has beside it */
};
struct reason_samples {
	struct reason_sample *sample;
	size_t n;
};

struct reason_rule {
	enum reason_class class;
	struct texts codes, enhanced, providers; /* globs, any of them; none: all */
	uint32_t kinds, directions, stages, outcomes; /* 1 << value; 0: all */
	struct regex *regex;     /* or NULL */
	struct texts words, without; /* phrases (wording.h): one of these, none of those */
	struct reason_samples samples, misses;
	const char *file;        /* that it is from; one address for all of it */
	size_t number;           /* in that file, from 1 */
};

enum { REASON_RULES_MAX = 2048 };
struct reasons {
	struct reason_rule *rule;
	size_t n;
	struct wording wording;  /* ids: of a rule's words, and of what it must be without */
#define REASON_WORDS(place) (2 * (unsigned)(place))
#define REASON_WITHOUT(place) (2 * (unsigned)(place) + 1)
	struct arena arena;
};

/* What decides; besides `text` all but the provider's bytes. */
struct refusal {
	int code;
	uint32_t enhanced;
	enum kind kind;
	enum direction direction;
	enum stage stage;
	enum outcome outcome;
	struct slice provider;
	struct slice text; /* the template */
};

struct refusal refusal_of(const struct event *event);

void reasons_init(struct reasons *reasons);
void reasons_release(struct reasons *reasons);
/* Adds a file's rules before those that are there. -1 and *err. */
int reasons_read(struct reasons *reasons, const char *path, struct error *err);
/* The rule that decides, or NULL: then it is REASON_CLASS_OTHER. */
struct regex_match;
const struct reason_rule *reasons_decide(const struct reasons *reasons, const struct refusal *refusal,
                                         struct regex_match *match);
/* A rule's own samples: 0, or -1 and *err. A rule of a later file may take one over. */
int samples_of_reason(const struct reasons *reasons, const struct reason_rule *rule, struct error *err);
/* A sample as a refusal; its template is appended to *text. */
struct refusal sample_refusal(const struct reason_sample *sample, struct buffer *text);

#endif
