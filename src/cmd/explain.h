/* explain.h: a verdict for people to read. */
#ifndef HEED_CMD_EXPLAIN_H
#define HEED_CMD_EXPLAIN_H

#include "screen/verdict.h"

#include <stdio.h>

void explain_finding(FILE *out, struct str text, const struct finding *finding, const char *indent);
void explain_verdict(FILE *out, enum message_role role, struct str text, const struct verdict *verdict);

#endif
