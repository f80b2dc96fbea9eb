/* form.h - one prefix as syslog daemons, journalctl and Exim write it.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_FORM_H
#define INPUT_FORM_H

#include "input/prefix.h"

/* The prefix at the front of s: host, service, text, time, zone and exim_time of *out are
 * set; when there is no whole one, false and *out is as it was. */
bool form_read(struct clock *clock, struct slice s, struct line *out);

#endif
