/* wording.h - texts as their words, and phrases found in them.
 *
 * A text and a phrase are compared without case and punctuation: "User unknown;" and
 * "user-unknown" are the same words. A letter is one of a to z, a digit, or a byte
 * beyond ASCII. A placeholder of a reason template is a word of its own: <list>.
 * In a phrase `*` stands for up to WORDING_GAP words, and at the end of a word for
 * its rest: "user * unknown", "blacklist*". SPDX-License-Identifier: MIT */
#ifndef PATTERN_WORDING_H
#define PATTERN_WORDING_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/mem.h"

enum { WORDING_GAP = 6, WORDING_GAPS_MAX = 2 };

struct phrase {
	const char *words; /* folded: "user * unknown " */
	unsigned id;       /* whose it is; several phrases may have one id */
	uint32_t next;     /* with the same first letters, plus 1; 0: none */
};
struct wording {
	struct phrase *phrases;
	size_t n, capacity;
	uint32_t *first;   /* by the first two bytes of the first word, plus 1 */
	struct arena arena;
};

void wording_init(struct wording *wording);
void wording_release(struct wording *wording);
/* -1 and *err for a phrase that no text could be told by. */
int wording_add(struct wording *wording, struct slice phrase, unsigned id, struct error *err);
/* Appends the words of a text, each with a blank behind it. */
void wording_fold(struct slice text, struct buffer *out);
/* Sets the bits of the ids whose phrases stand in a text (folded, terminated). */
void wording_find(const struct wording *wording, const char *folded, uint64_t *bits);

#endif
