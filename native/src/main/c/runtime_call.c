#include "runtime.h"

#include <string.h>

/* The name of an option, without its dashes; NULL for a word that is none. Runtimes in Go take one dash for two. */
static const char *option(const char *word)
{
	if (word[0] != '-' || !word[1])
		return NULL;
	return word + (word[1] == '-' ? 2 : 1);
}

static int is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (!strcmp(name, *names))
			return 1;
	return 0;
}

/* Options before the command whose value is the next word, of runc, crun and those that take the same words. */
static const char *const with_value[] = { "log", "log-format", "log-level", "root", "criu", "rootless", "cgroup-manager", NULL };

static enum runtime_kind kind_of(const char *command)
{
	return !strcmp(command, "create") || !strcmp(command, "run") ? RUNTIME_CREATES :
	       !strcmp(command, "delete")                          ? RUNTIME_DELETES :
								     RUNTIME_ELSE;
}

static void read_options(struct runtime_call *call, int at, int argc, char **argv)
{
	for (; at < argc - 1; at++) {
		const char *name = option(argv[at]);

		if (!name)
			continue;
		if (!strcmp(name, "bundle") || !strcmp(name, "b"))
			call->bundle = argv[++at];
		else if (!strncmp(name, "bundle=", 7))
			call->bundle = name + 7;
		else if (!strncmp(name, "b=", 2))
			call->bundle = name + 2;
		else if (!strcmp(name, "detach") || !strcmp(name, "d"))
			call->foreground = 0;
	}
}

struct runtime_call runtime_call_of(int argc, char **argv)
{
	struct runtime_call call = { RUNTIME_ELSE, ".", "", 0 };
	int at = 1;

	while (at < argc && option(argv[at]))
		at += is_one_of(option(argv[at]), with_value) ? 2 : 1;
	/* The container's name is the last word of all commands that have one. */
	if (at + 1 >= argc || option(argv[argc - 1]))
		return call;
	call.kind = kind_of(argv[at]);
	call.id = argv[argc - 1];
	call.foreground = !strcmp(argv[at], "run");
	read_options(&call, at + 1, argc, argv);
	return call;
}
