/* dated.h - up to when lines of a file may have been written.
 *
 * A file's mtime is that of its last line, until somebody copies the file without it.
 * Rotation leaves two more traces: the date in a name (mail.log-20261120.gz), and the
 * mtime that gzip keeps of what it packed. They count where they are so much earlier that
 * the year may depend on it; else the name may be of the day on which a log began, and the
 * packed file one to which was added.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_DATED_H
#define INPUT_DATED_H

#include "base/slice.h"

/* From a file's path, its first bytes as they are stored, and its mtime. */
int64_t dated_until(const char *path, struct slice front, int64_t mtime);

#endif
