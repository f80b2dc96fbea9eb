/* error.h - what is wrong, carried up as text to the command that prints it.
 *
 * A function that can meet a wrong world (a file, a pack, a database) takes a
 * `struct error *` as its last argument, fills it and returns -1 or NULL. The
 * text reads "WHERE: what is wrong, what to do", without the program's name
 * and without a newline. SPDX-License-Identifier: MIT */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

struct error {
	char text[1024];
};

/* Always returns -1, so that a caller can `return error_set(err, ...)`. */
int error_set(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Puts "format: " before the text that is there. Always -1. */
int error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
