/* classify.c - SPDX-License-Identifier: MIT */
#include "pattern/classify.h"

#include "pattern/providers.h"
#include "pattern/reasons.h"

/* What decides. */
struct refusal_key {
	const char *provider; /* the file's own bytes: one name, one address */
	uint64_t reason;      /* the template's number */
	uint32_t enhanced;
	uint16_t code;
	uint8_t kind, direction, stage, outcome;
	uint8_t zero[6];
};
_Static_assert(sizeof(struct refusal_key) == 32, "compared as bytes: no holes");

void classifier_init(struct classifier *classifier, const struct packs *packs)
{
	*classifier = (struct classifier){ .packs = packs, .match = regex_match_new() };
	map_init(&classifier->refusals, sizeof(enum reason_class));
}

void classifier_release(struct classifier *classifier)
{
	regex_match_free(classifier->match);
	map_release(&classifier->refusals);
}

static enum reason_class decide(struct classifier *classifier, const struct event *event)
{
	const struct refusal refusal = refusal_of(event);
	const struct reason_rule *rule = reasons_decide(classifier->packs->reasons, &refusal, classifier->match);

	return rule ? rule->class : REASON_CLASS_OTHER;
}

static enum reason_class reason_class(struct classifier *classifier, const struct event *event)
{
	const struct refusal_key key = {
		event->provider.p, event->reason_number, event->enhanced, (uint16_t)event->code, (uint8_t)event->kind,
		(uint8_t)event->direction, (uint8_t)event->stage, (uint8_t)event->outcome, { 0 },
	};
	enum reason_class *known;
	bool is_new;

	if (classifier->refusals.count >= CLASSIFIED_MAX)
		map_clear(&classifier->refusals);
	known = map_value(&classifier->refusals,
	                  map_put(&classifier->refusals, (struct slice){ (const char *)&key, sizeof key }, &is_new));
	if (is_new)
		*known = decide(classifier, event);
	return *known;
}

void classify_relay(const struct classifier *classifier, struct event *event)
{
	event->provider = provider_of(classifier->packs->providers, event->relay);
}

void classify(struct classifier *classifier, struct event *event)
{
	bool is_refusal = event->outcome == OUTCOME_TEMPORARY || event->outcome == OUTCOME_PERMANENT;

	if (!event->provider.p)
		classify_relay(classifier, event);
	event->reason_class = is_refusal ? reason_class(classifier, event) : REASON_CLASS_NONE;
}
