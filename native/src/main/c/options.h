/*
 * Options by which a program speaks of itself, or asks for what its twin cannot do as it does. A program that is given
 * one is emulated. They are judged by their begins alone, which is right more often than it need be.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdint.h>

/* The first such option among the arguments of a program with those flags of `twins.h`, or null. */
const char *own_option(uint32_t flags, long count, char *const *arguments);

/* Which argument is the path of the plugin that an object tool is told to load, or -1. */
long plugin_argument(long count, char *const *arguments);

/*
 * Which argument is the script that perl is told to interpret, or -1. Options may be before it that say nothing but how
 * strict it is.
 */
long script_argument(long count, char *const *arguments);

static inline int starts(const char *text, const char *with)
{
	while (*with && *text == *with)
		text++, with++;
	return !*with;
}

#endif
