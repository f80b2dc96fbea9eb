/* words.c - the report's words by language. SPDX-License-Identifier: MIT */
#include "report/words.h"

static const struct words labels[N_LABELS] = {
#define LABEL(id, en, ru) { { en, ru } },
#include "report/label.def"
};
static const struct words kinds[N_KINDS] = { { { "", "" } },
#define KIND(id, name, headline, en, ru) { { en, ru } },
#include "pattern/event.def"
};
static const struct words directions[N_DIRECTIONS] = { { { "", "" } },
#define DIRECTION(id, name, en, ru) { { en, ru } },
#include "pattern/event.def"
};
static const struct words stages[N_STAGES] = { { { "", "" } },
#define STAGE(id, name, en, ru) { { en, ru } },
#include "pattern/event.def"
};
static const struct words outcomes[N_OUTCOMES] = { { { "", "" } },
#define OUTCOME(id, name, en, ru) { { en, ru } },
#include "pattern/event.def"
};
static const struct words reason_classes[N_REASON_CLASSES] = { { { "", "" } },
#define REASON_CLASS(id, name, en, ru) { { en, ru } },
#include "pattern/event.def"
};

const char *label(enum label id, enum lang lang)
{
	return labels[id].in[lang];
}

const char *kind_label(enum kind kind, enum lang lang)
{
	return kinds[kind].in[lang];
}

const char *direction_label(enum direction direction, enum lang lang)
{
	return directions[direction].in[lang];
}

const char *stage_label(enum stage stage, enum lang lang)
{
	return stages[stage].in[lang];
}

const char *outcome_label(enum outcome outcome, enum lang lang)
{
	return outcomes[outcome].in[lang];
}

const char *reason_class_label(enum reason_class reason_class, enum lang lang)
{
	return reason_classes[reason_class].in[lang];
}

const char *basis_label(enum basis basis, enum lang lang)
{
	static const enum label label_of[N_BASES] = {
#define BASIS(id, name) [BASIS_##id] = LABEL_BASIS_##id,
#include "pattern/event.def"
	};

	return basis == BASIS_NONE ? "" : label(label_of[basis], lang);
}

/* CLDR's rules for whole numbers. */
static size_t plural_form(enum lang lang, uint64_t n)
{
	if (lang == LANG_EN)
		return n == 1 ? 0 : 1;
	if (n % 10 == 1 && n % 100 != 11)
		return 0;
	return n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : 2;
}

struct slice plural(const char *text, enum lang lang, uint64_t count)
{
	struct slice rest = slice_of(text), form = rest;

	for (size_t i = plural_form(lang, count) + 1; i > 0 && slice_split(&rest, '|', &form); i--)
		;
	return form;
}
