/* Which user and group ids a session maps, and how the map gets into the kernel. */
#ifndef ANYARCH_IDMAP_H
#define ANYARCH_IDMAP_H

#include <stddef.h>
#include <sys/types.h>

/* A line of /proc/PID/uid_map (user_namespaces(7)). */
struct extent {
	unsigned long inside;
	unsigned long outside;
	unsigned long count;
};

enum { MAX_EXTENTS = 64 }; /* the kernel takes 340; nobody has been seen with more than a handful */

struct map {
	struct extent extent[MAX_EXTENTS];
	size_t length;
};

enum ids {
	IDS_ALL,    /* every id the parent namespace has, unchanged */
	IDS_SUBIDS, /* 0 is the caller, 1.. are its subordinate ids */
	IDS_SINGLE, /* 0 is the caller, nothing else */
};

/*
 * Reads the text of a uid_map file and maps each id to itself. Returns 0, or -1 when the text has no
 * extent or a malformed one.
 */
int map_identity(struct map *map, const char *uid_map_text);

/*
 * Maps 0 to id and the ranges that text (subuid(5)) gives to the user, by name or decimal uid, to 1 and
 * upwards. Malformed lines are passed over as newuidmap(1) does. Returns the number of ranges taken.
 */
size_t map_subordinate(struct map *map, const char *text, const char *name, uid_t uid, unsigned long id);

/* Finds the login name of uid in the text of a passwd(5) file. Returns 0, or -1 when it has none. */
int login_name(const char *passwd_text, uid_t uid, char *name, size_t size);

/*
 * Gives process pid, alone in a new user namespace of ours, its maps. The best that this caller may have
 * is taken and returned in *ids. Returns 0 or an errno.
 */
int write_maps(pid_t pid, enum ids *ids);

#endif
