/* entries.h - journal entries that are spread over many lines, as lines of journalctl
 * -o json: from its forms export and json-pretty.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_ENTRIES_H
#define INPUT_ENTRIES_H

#include "base/buffer.h"

#include <sys/types.h>

struct entries;

/* For what begins with `front`; NULL when that is of neither form. */
struct entries *entries_new(struct slice front);
void entries_free(struct entries *entries);
/* More bytes; and that there are no more: an entry that is not whole becomes half a line. */
void entries_give(struct entries *entries, struct slice bytes);
void entries_end(struct entries *entries);
/* At most n bytes of lines; 0: it must be given more. */
size_t entries_take(struct entries *entries, char *into, size_t n);
/* Does a file that begins so hold entries of many lines? */
bool entries_begin(struct slice front);

#endif
