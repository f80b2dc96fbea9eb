/* reasons.c - finding the rule that fits, and trying the rules' samples.
 *
 * The phrases of all rules are looked for at once (wording.h); then a rule costs a
 * few comparisons. SPDX-License-Identifier: MIT */
#include "pattern/reasons.h"

#include "base/mem.h"
#include "reply/reason.h"
#include "reply/reply.h"

#include <stdio.h>
#include <stdlib.h>

void reasons_init(struct reasons *reasons)
{
	*reasons = (struct reasons){ 0 };
	wording_init(&reasons->wording);
}

void reasons_release(struct reasons *reasons)
{
	for (size_t i = 0; i < reasons->n; i++)
		regex_free(reasons->rule[i].regex);
	free(reasons->rule);
	wording_release(&reasons->wording);
	arena_release(&reasons->arena);
	*reasons = (struct reasons){ 0 };
}

struct refusal refusal_of(const struct event *event)
{
	return (struct refusal){
		event->code, event->enhanced, event->kind, event->direction, event->stage, event->outcome,
		event->provider, event->reason,
	};
}

/* --- deciding ------------------------------------------------------------ */

static bool fits_any(const struct texts *globs, struct slice value)
{
	for (size_t i = 0; i < globs->n; i++)
		if (slice_glob(value, globs->text[i]))
			return true;
	return globs->n == 0;
}

static bool in_mask(uint32_t mask, int value)
{
	return mask == 0 || (mask >> value & 1);
}

/* The codes of a refusal as texts. */
struct spelled {
	char code[12], enhanced[ENHANCED_TEXT_MAX];
};

static bool has_bit(const uint64_t *bits, unsigned id)
{
	return bits[id / 64] >> id % 64 & 1;
}

static bool rule_fits(const struct reason_rule *rule, size_t place, const struct refusal *refusal,
                      const struct spelled *spelled, const uint64_t *bits, struct regex_match *match)
{
	if ((rule->words.n && !has_bit(bits, REASON_WORDS(place))) || has_bit(bits, REASON_WITHOUT(place)))
		return false;
	return fits_any(&rule->codes, slice_of(spelled->code)) && fits_any(&rule->enhanced, slice_of(spelled->enhanced)) &&
	       fits_any(&rule->providers, refusal->provider) && in_mask(rule->kinds, (int)refusal->kind) &&
	       in_mask(rule->directions, (int)refusal->direction) && in_mask(rule->stages, (int)refusal->stage) &&
	       in_mask(rule->outcomes, (int)refusal->outcome) &&
	       (!rule->regex || regex_run(rule->regex, match, refusal->text) > 0);
}

const struct reason_rule *reasons_decide(const struct reasons *reasons, const struct refusal *refusal,
                                         struct regex_match *match)
{
	uint64_t bits[2 * REASON_RULES_MAX / 64] = { 0 };
	struct spelled spelled = { "", "" };
	struct buffer words = { 0 };
	size_t i = 0;

	if (refusal->code)
		snprintf(spelled.code, sizeof spelled.code, "%d", refusal->code);
	enhanced_text(refusal->enhanced, spelled.enhanced);
	wording_fold(refusal->text, &words);
	wording_find(&reasons->wording, buffer_string(&words), bits);
	buffer_release(&words);
	while (i < reasons->n && !rule_fits(&reasons->rule[i], i, refusal, &spelled, bits, match))
		i++;
	return i < reasons->n ? &reasons->rule[i] : NULL;
}

/* --- samples ------------------------------------------------------------- */

static int or_else(int given, int otherwise)
{
	return given >= 0 ? given : otherwise;
}

/* As extract.c and matcher.c make an event of a reply. */
struct refusal sample_refusal(const struct reason_sample *sample, struct buffer *text)
{
	struct reason_names names = { .n = 0 };
	struct reply reply;
	int class;

	reply_parse(sample->text, &reply);
	reason_template(reply.multiline ? sample->text : reply.all, &names, text);
	class = reply.code ? reply.code / 100 : ENHANCED_CLASS(reply.enhanced ? reply.enhanced : sample->dsn);
	return (struct refusal){
		.code = reply.code, .enhanced = reply.enhanced ? reply.enhanced : sample->dsn,
		.kind = (enum kind)or_else(sample->kind, KIND_DELIVERY),
		.direction = (enum direction)or_else(sample->direction, DIRECTION_OUT),
		.stage = (enum stage)or_else(sample->stage, STAGE_NONE),
		.outcome = (enum outcome)or_else(sample->outcome, class == 4 ? OUTCOME_TEMPORARY : OUTCOME_PERMANENT),
		.provider = sample->provider, .text = buffer_slice(text),
	};
}

static int wrong_rule(const struct reason_rule *got, struct slice text, struct error *err)
{
	if (!got)
		return error_set(err, "no rule fits \"%.*s\"", SLICE_ARG(text));
	return error_set(err, "\"%.*s\" is decided by rule %zu (%s)", SLICE_ARG(text), got->number, reason_class_name(got->class));
}

static int check_sample(const struct reasons *reasons, const struct reason_rule *rule, const struct reason_sample *sample,
                        bool is_miss, struct regex_match *match, struct error *err)
{
	struct buffer text = { 0 };
	struct refusal refusal = sample_refusal(sample, &text);
	const struct reason_rule *got = reasons_decide(reasons, &refusal, match);
	int rc = 0;

	if (is_miss && got == rule)
		rc = error_set(err, "\"%.*s\" is a near miss but the rule fits", SLICE_ARG(refusal.text));
	else if (!is_miss && got != rule && (!got || got > rule || got->file == rule->file))
		rc = wrong_rule(got, refusal.text, err);
	buffer_release(&text);
	return rc;
}

int samples_of_reason(const struct reasons *reasons, const struct reason_rule *rule, struct error *err)
{
	struct regex_match *match = regex_match_new();
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < rule->samples.n; i++)
		rc = check_sample(reasons, rule, &rule->samples.sample[i], false, match, err);
	for (size_t i = 0; rc == 0 && i < rule->misses.n; i++)
		rc = check_sample(reasons, rule, &rule->misses.sample[i], true, match, err);
	regex_match_free(match);
	return rc;
}
