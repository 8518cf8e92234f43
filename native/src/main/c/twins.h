/*
 * The table by which the dispatcher finds the native twin of a foreign program. It is a file that Java writes for one
 * root folder, in the byte order of this machine:
 *
 *   struct twin_table
 *   struct twin_slot[slots]   a hash table: from twin_slot_of(inode, slots) on to the first slot of inode 0
 *   text                      ends with a zero byte; a twin is three strings, one behind the other, and behind these
 *                             any number more and an empty one
 *
 * A program is known by all that stat(2) says of its identity and its last change, so one that was replaced or
 * altered is another one. Where it lies says nothing.
 */
#ifndef TWINS_H
#define TWINS_H

#include <stddef.h>
#include <stdint.h>

#define TWIN_MAGIC "anyarch\1"

/* The guest's locales are of another byte order: twins can read none but C. */
enum { TWIN_C_LOCALE_ONLY = 1 };

struct twin_table {
	char magic[8];
	uint32_t size; /* of the whole file */
	uint32_t slots; /* a power of two */
	uint32_t flags;
	uint32_t unused;
};

/* Of a slot: what the program is, by which some of its options are about itself. */
enum {
	TWIN_COMPILER = 1, /* a compiler proper */
	TWIN_OBJECT_TOOL = 2, /* it reads object files, and loads plugins from folders to read others */
	TWIN_PLUGIN = 4, /* of those: a library, which is never started; its libraries are for a program that finds it by itself */
	TWIN_DRIVER = 8, /* of a compiler */
	TWIN_OFFLOADS = 16, /* of a driver: the guest's has offloading, the twin has not */
	TWIN_LINKS_MATH = 32, /* of a driver: it links with -lm by itself */
	TWIN_PERL = 64, /* it interprets those scripts that are in the table, with a library preloaded */
	TWIN_SCRIPT = 128, /* of those */
	TWIN_PACKAGES = 256, /* no program: a folder that changes with what is installed */
};

/* Times are nanoseconds since 1970. */
struct twin_slot {
	uint64_t device, inode, size;
	int64_t modified, changed;
	uint32_t twin; /* where its first string begins in the file */
	uint32_t flags;
};

/* All are paths as the program's container sees them. */
struct twin {
	const char *loader; /* the dynamic loader, by a name of the program's own: the process is called by it */
	const char *libraries; /* the folder that has all libraries of the twin */
	const char *program;
	const char *more; /* strings, one behind the other, up to an empty one; what they are depends on the program */
	uint32_t flags; /* of the table */
	uint32_t own_flags; /* of the slot */
};

/* An altered file has the device and inode of one that has a twin. */
enum { TWIN_NONE, TWIN_FOUND, TWIN_ALTERED };

/* Whether the table has a twin for this very file (its `twin` is not looked at). A damaged table has none. */
int find_twin(const void *table, size_t size, const struct twin_slot *file, struct twin *twin);

static inline uint32_t twin_slot_of(uint64_t inode, uint32_t slots)
{
	return (uint32_t)(inode * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (slots - 1);
}

#endif
