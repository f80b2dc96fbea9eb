/* client.h - what may be kept of a client's name.
 * SPDX-License-Identifier: MIT */
#ifndef TALLY_CLIENT_H
#define TALLY_CLIENT_H

#include "base/slice.h"

/* The registrable part of a host name, as far as its labels tell: the last two,
 * three below a country's short second level (co.uk, com.br). An address literal
 * has none. */
struct slice client_public_part(struct slice host);

#endif
