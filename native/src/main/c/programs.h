/* The programs that anyarch-probe is given on its standard input. */
#ifndef ANYARCH_PROGRAMS_H
#define ANYARCH_PROGRAMS_H

#include <stddef.h>
#include <sys/types.h>

enum { MAX_NAME = 63, MAX_PROGRAMS = 256, MAX_PROGRAM_SIZE = 1 << 20 };

struct program {
	char name[MAX_NAME + 1]; /* letters, digits, '_', '-' and, but for the first, '.' */
	const char *code;        /* within the text that was parsed */
	size_t size;
};

/*
 * Finds the programs in text: for each a line "NAME SIZE" and then SIZE bytes. Returns their number, or -1 if
 * the text is anything else, has a name twice, or goes beyond the limits above.
 */
ssize_t parse_programs(struct program programs[MAX_PROGRAMS], const char *text, size_t length);

#endif
