/* hole.h - what servers put into the holes of their lines. SPDX-License-Identifier: MIT */
#ifndef TESTS_SHAPES_HOLE_H
#define TESTS_SHAPES_HOLE_H

#include "built.h"

/* Set the value `name` and its parts with the generator's next idea. */
void hole_fill(struct built *built, struct slice generator, struct slice name);

#endif
