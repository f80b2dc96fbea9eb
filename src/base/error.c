/* error.c - error texts. SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	return -1;
}

int error_prefix(struct error *err, const char *format, ...)
{
	char before[sizeof err->text], all[2 * sizeof err->text + 3];
	va_list args;

	va_start(args, format);
	vsnprintf(before, sizeof before, format, args);
	va_end(args);
	snprintf(all, sizeof all, "%s: %s", before, err->text);
	memcpy(err->text, all, sizeof err->text);
	err->text[sizeof err->text - 1] = '\0';
	return -1;
}
