/* stop.h - signals that end a run, as a question that is asked where it may end.
 * SPDX-License-Identifier: MIT */
#ifndef CLI_STOP_H
#define CLI_STOP_H

#include "base/error.h"

#include <stdbool.h>

struct stop {
	int fd; /* can be read once a signal came */
	bool asked;
};

/* From here on SIGHUP, SIGINT and SIGTERM wait to be asked for, in this thread and in
 * those that it starts; but for what is ignored, as nohup does. A second signal ends the
 * program as ever. -1 and *err. */
int stop_open(struct stop *stop, struct error *err);
bool stop_asked(struct stop *stop);
void stop_close(struct stop *stop);

#endif
