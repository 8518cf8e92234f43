/* Tries programs, each in two ways, and prints how it went: one line of probe.c's a trial. */
#ifndef ANYARCH_TRIALS_H
#define ANYARCH_TRIALS_H

#include "programs.h"

/* How the files in the folder begin. */
#define TRIAL_PREFIX ".anyarch-probe-"

enum { MAX_JOBS = 64, MAX_FILE_NAME = sizeof TRIAL_PREFIX + MAX_NAME + 16 };

struct trials {
	struct program programs[MAX_PROGRAMS];
	size_t count;
	const char *folder; /* absolute, and MAX_FILE_NAME shorter than PATH_MAX at least */
	size_t jobs;        /* 1 to MAX_JOBS at a time */
	int null;           /* /dev/null, opened in the caller's mount namespace */
	unsigned id;        /* in the names of this run's files */
};

/* Tries all. Blocks SIGCHLD, and reaps every child of this process. Returns 0, or an errno if it cannot print. */
int try_all(const struct trials *trials);

#endif
