/* watch.h - wait until something happens to logs.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_WATCH_H
#define INPUT_WATCH_H

#include <stdbool.h>
#include <stddef.h>

struct watch;

/* The paths stay the caller's. */
struct watch *watch_new(const char *const *paths, size_t n);
void watch_free(struct watch *watch);
/* Wait until a log was written, moved, cut or made since the last call, or one of its
 * rotated parts was; until `fd`, if it is none, can be read; or for so many milliseconds,
 * -1: for ever. True: something may have happened to a log. */
bool watch_wait(struct watch *watch, int fd, int milliseconds);

#endif
