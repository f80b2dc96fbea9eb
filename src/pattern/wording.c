/* wording.c - SPDX-License-Identifier: MIT */
#include "pattern/wording.h"

#include <stdlib.h>

enum { FIRSTS = 1 << 16 };

void wording_init(struct wording *wording)
{
	*wording = (struct wording){ .first = xcalloc(FIRSTS, sizeof *wording->first) };
}

void wording_release(struct wording *wording)
{
	free(wording->phrases);
	free(wording->first);
	arena_release(&wording->arena);
	*wording = (struct wording){ 0 };
}

static bool is_letter(char c)
{
	unsigned char b = (unsigned char)c;

	return b >= 0x80 || (b >= '0' && b <= '9') || ((b | 0x20) >= 'a' && (b | 0x20) <= 'z');
}

/* The length of a placeholder, "<host>", at the front of s; 0: none. */
static size_t placeholder_length(struct slice s)
{
	size_t n = 1;

	while (n < s.n && n <= 8 && s.p[n] >= 'a' && s.p[n] <= 'z')
		n++;
	return n > 1 && n < s.n && s.p[n] == '>' ? n + 1 : 0;
}

static size_t word_length(struct slice s)
{
	size_t n = 0;

	while (n < s.n && is_letter(s.p[n]))
		n++;
	return n;
}

static void put_word(struct buffer *out, struct slice word)
{
	for (size_t i = 0; i < word.n; i++)
		buffer_byte(out, word.p[i] >= 'A' && word.p[i] <= 'Z' ? (char)(word.p[i] | 0x20) : word.p[i]);
}

static void fold(struct slice text, bool stars, struct buffer *out)
{
	size_t n;

	for (; text.n; text = slice_from(text, n)) {
		n = *text.p == '<' ? placeholder_length(text) : word_length(text);
		put_word(out, (struct slice){ text.p, n });
		if (stars && n < text.n && text.p[n] == '*') {
			buffer_byte(out, '*');
			buffer_byte(out, ' ');
			n++;
		} else if (n) {
			buffer_byte(out, ' ');
		} else {
			n = 1;
		}
	}
}

void wording_fold(struct slice text, struct buffer *out)
{
	fold(text, false, out);
}

static size_t first_of(const char *word)
{
	return (size_t)(unsigned char)word[0] << 8 | (unsigned char)word[1];
}

/* Of what is folded: how often `*` stands for words. */
static size_t count_gaps(const char *words)
{
	size_t n = 0;

	for (const char *star = words; (star = strchr(star, '*')); star++)
		n += star > words && star[-1] == ' ';
	return n;
}

int wording_add(struct wording *wording, struct slice phrase, unsigned id, struct error *err)
{
	struct buffer folded = { 0 };
	char *words;
	size_t first;

	fold(phrase, true, &folded);
	words = arena_string(&wording->arena, buffer_slice(&folded));
	buffer_release(&folded);
	if (!*words)
		return error_set(err, "\"%.*s\" holds no word", SLICE_ARG(phrase));
	if (words[0] == '*' || words[1] == '*')
		return error_set(err, "\"%.*s\" must begin with a word, or two letters of one before its *", SLICE_ARG(phrase));
	if (count_gaps(words) > WORDING_GAPS_MAX)
		return error_set(err, "\"%.*s\" has more than %d * for words; write it in fewer", SLICE_ARG(phrase), WORDING_GAPS_MAX);
	first = first_of(words);
	GROW(wording->phrases, wording->n, wording->capacity);
	wording->phrases[wording->n++] = (struct phrase){ words, id, wording->first[first] };
	wording->first[first] = (uint32_t)wording->n;
	return 0;
}

static const char *next_word(const char *text)
{
	const char *blank = strchr(text, ' ');

	return blank ? blank + 1 : text + strlen(text);
}

/* Does the phrase stand at the front of text? Both begin with a word. */
static bool stands(const char *phrase, const char *text)
{
	while (*phrase) {
		if (phrase[0] == '*') {
			for (int i = 0; i <= WORDING_GAP; i++, text = next_word(text))
				if (stands(phrase + 2, text))
					return true;
			return false;
		}
		while (*phrase == *text && *phrase != ' ' && *phrase)
			phrase++, text++;
		if (*phrase == '*') {
			text = next_word(text);
			phrase += 2;
		} else if (*phrase == ' ' && *text == ' ') {
			phrase++, text++;
		} else {
			return false;
		}
	}
	return true;
}

void wording_find(const struct wording *wording, const char *folded, uint64_t *bits)
{
	for (const char *word = folded; *word; word = next_word(word)) {
		for (uint32_t i = wording->first[first_of(word)]; i; i = wording->phrases[i - 1].next) {
			const struct phrase *phrase = &wording->phrases[i - 1];

			if (!(bits[phrase->id / 64] >> phrase->id % 64 & 1) && stands(phrase->words, word))
				bits[phrase->id / 64] |= (uint64_t)1 << phrase->id % 64;
		}
	}
}
