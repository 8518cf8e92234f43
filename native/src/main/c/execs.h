/*
 * What the dispatcher notes of each exec, in a file that the container is shown for it. Its records have one size and
 * are written in one piece each, so that those of several processes never mix; all else is for the reader to doubt,
 * since whoever is in the container can write to the file.
 */
#ifndef EXECS_H
#define EXECS_H

#include <stdint.h>

enum exec_outcome {
	EXEC_NATIVE,
	EXEC_NO_TABLE, /* nothing has a twin here */
	EXEC_NO_TWIN,
	EXEC_ALTERED, /* it had one until it was written to */
	EXEC_LOCALE, /* the variable names one that its twin cannot read */
	EXEC_VARIABLE, /* the variable is none that its twin could honour */
	EXEC_SET_ID, /* set-user-ID or set-group-ID */
	EXEC_SECURE, /* it was given other rights than its caller's */
	EXEC_NOT_STARTED, /* it was noted as native before, but the twin could not be started */
	EXEC_OPTION, /* the option is none that its twin could honour */
	EXEC_PLUGINS, /* the folder has plugins, which its twin could not load */
	EXEC_SCRIPT, /* it interprets that script, which is none of those that its twin may */
	EXEC_PACKAGES, /* what is installed has changed, so it may load what has no twin */
};

struct exec_note {
	int64_t when; /* CLOCK_MONOTONIC, nanoseconds */
	uint32_t pid; /* as the process sees it */
	uint32_t outcome;
	char path[88]; /* as it was executed; what is longer loses its begin */
	char variable[24]; /* its name, the option or the folder, for those outcomes that have one */
};

/* No more is noted in a longer file. */
enum { EXEC_LOG_LIMIT = 128 << 20 };

#endif
