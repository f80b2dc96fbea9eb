/* family.h - which logs hold again what others hold, and which files are no mail logs: as
 * far as names tell. SPDX-License-Identifier: MIT */
#ifndef INPUT_FAMILY_H
#define INPUT_FAMILY_H

#include "base/slice.h"

/* Of a log (rotation_log()), the n-th that would hold all of it if it stood beside it:
 * mainlog for rejectlog. NULL: there is no further; the caller frees it. */
char *family_whole(const char *log, size_t n);
/* Is a file of a directory, by its name as a log, none that a mail server writes to? */
bool family_is_other(const char *log);

#endif
