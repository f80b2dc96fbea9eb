/* utf8.c - decoding and terminal width.
 *
 * wcwidth() follows LC_CTYPE; a host may run under C while the text is UTF-8
 * all the same, so a UTF-8 locale is looked for once, before main().
 * SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <locale.h>
#include <wchar.h>

static locale_t utf8_locale;

__attribute__((constructor)) static void find_locale(void)
{
	static const char *const names[] = { "C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8" };

	for (size_t i = 0; !utf8_locale && i < sizeof names / sizeof *names; i++)
		utf8_locale = newlocale(LC_CTYPE_MASK, names[i], (locale_t)0);
}

__attribute__((destructor)) static void free_locale(void)
{
	if (utf8_locale)
		freelocale(utf8_locale);
}

int32_t utf8_next(struct slice s, size_t *n)
{
	static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = (unsigned char)s.p[0];
	size_t len = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
	int32_t point;

	*n = 1;
	if (len == 1)
		return c;
	if (len == 0 || len > s.n)
		return -1;
	point = c & (0x7f >> len);
	for (size_t i = 1; i < len; i++) {
		if (((unsigned char)s.p[i] & 0xc0) != 0x80)
			return -1;
		point = point << 6 | (s.p[i] & 0x3f);
	}
	if (point < least[len] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return -1;
	*n = len;
	return point;
}

bool utf8_valid(struct slice s)
{
	for (size_t n; s.n; s = slice_from(s, n))
		if (utf8_next(s, &n) < 0)
			return false;
	return true;
}

static size_t columns_of(int32_t point)
{
	int width;

	if (point < 0x80 || !utf8_locale)
		return 1;
	width = wcwidth((wchar_t)point);
	return width < 0 ? 1 : (size_t)width;
}

struct slice utf8_fit(struct slice s, size_t columns)
{
	locale_t before = utf8_locale ? uselocale(utf8_locale) : (locale_t)0;
	size_t taken = 0, at = 0, n;

	while (at < s.n) {
		taken += columns_of(utf8_next(slice_from(s, at), &n));
		if (taken > columns)
			break;
		at += n;
	}
	if (utf8_locale)
		uselocale(before);
	return (struct slice){ s.p, at };
}

size_t utf8_width(struct slice s)
{
	locale_t before = utf8_locale ? uselocale(utf8_locale) : (locale_t)0;
	size_t width = 0;

	for (size_t n; s.n; s = slice_from(s, n))
		width += columns_of(utf8_next(s, &n));
	if (utf8_locale)
		uselocale(before);
	return width;
}
