/* cmd_version.c: `heedwell version`. */
#include "cmd/cmd.h"

#include <stdio.h>

int cmd_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("heedwell %s\n", HEED_VERSION);
	return 0;
}
