/* identify.h - which log is this, and where does what is new in it begin?
 * SPDX-License-Identifier: MIT */
#ifndef CLI_IDENTIFY_H
#define CLI_IDENTIFY_H

#include "store/checkpoint.h"

enum identity {
	IDENTITY_NEW,    /* it stands at its begin */
	IDENTITY_KNOWN,  /* it stands at the place of *checkpoint */
	IDENTITY_WITHIN, /* all of it was counted; *checkpoint, if there is one, stands at its end */
	IDENTITY_FAILED  /* *err tells why it cannot be read up to there */
};

/* Compares an input that was just opened from `path` with all that is known; the longest
 * match decides. May open it anew. *checkpoint is one of `known`, or NULL. */
enum identity identify(struct input **input, const char *path, const struct checkpoints *known,
                       const struct checkpoint **checkpoint, struct error *err);

#endif
