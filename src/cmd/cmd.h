/* cmd.h: the subcommands of `heedwell`. Each is one file, cmd_NAME.c, and one row of the table in main.c.
 * A subcommand returns the process's exit code: 0 ok, 1 the thing asked about failed, 2 wrong use or broken input. */
#ifndef HEED_CMD_CMD_H
#define HEED_CMD_CMD_H

struct cmd {
	const char *name;
	const char *summary;               /* one line for `heedwell help` */
	int (*run)(int argc, char **argv); /* argv[0] is the subcommand's name */
};

int cmd_audit(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_eval(int argc, char **argv);
int cmd_features(int argc, char **argv);
int cmd_key(int argc, char **argv);
int cmd_openapi(int argc, char **argv);
int cmd_pack(int argc, char **argv);
int cmd_product(int argc, char **argv);
int cmd_programme(int argc, char **argv);
int cmd_screen(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_staff(int argc, char **argv);
int cmd_config(int argc, char **argv);
int cmd_version(int argc, char **argv);

#endif
