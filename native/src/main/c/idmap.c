#define _GNU_SOURCE
#include "idmap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXT_LIMIT = 1 << 20 };

static const unsigned long ALL_IDS = 4294967295UL;
static const unsigned long FIRST_PART = 65536;

static const char *line_end(const char *line)
{
	return line + strcspn(line, "\n");
}

/* strtoul takes signs and leading space, and says nothing of an empty number: none of them is an id. */
static int number(const char **text, unsigned long *value)
{
	char *end;

	if (**text < '0' || **text > '9')
		return -1;
	errno = 0;
	*value = strtoul(*text, &end, 10);
	if (errno || *value > 4294967295UL)
		return -1;
	*text = end;
	return 0;
}

static int add(struct map *map, unsigned long inside, unsigned long outside, unsigned long count)
{
	if (map->length == MAX_EXTENTS || count == 0)
		return -1;
	map->extent[map->length++] = (struct extent){ inside, outside, count };
	return 0;
}

int map_identity(struct map *map, const char *text)
{
	map->length = 0;
	while (*text) {
		unsigned long field[3];
		const char *at = text;

		for (int i = 0; i < 3; i++) {
			at += strspn(at, " \t");
			if (number(&at, &field[i]))
				return -1;
		}
		/*
		 * Runtimes and package tools believe to be in the initial namespace, where they may make
		 * devices and control groups, when one line maps all ids. Two lines map the same.
		 */
		if (field[0] == 0 && field[2] == ALL_IDS) {
			add(map, 0, 0, FIRST_PART);
			field[0] = FIRST_PART;
			field[2] = ALL_IDS - FIRST_PART;
		}
		if (add(map, field[0], field[0], field[2]))
			return -1;
		text = line_end(at);
		if (*text)
			text++;
	}
	return map->length ? 0 : -1;
}

static int names_user(const char *field, size_t length, const char *name, uid_t uid)
{
	char decimal[16];

	snprintf(decimal, sizeof decimal, "%u", (unsigned)uid);
	return (name && strlen(name) == length && !memcmp(field, name, length)) ||
	       (strlen(decimal) == length && !memcmp(field, decimal, length));
}

size_t map_subordinate(struct map *map, const char *text, const char *name, uid_t uid, unsigned long id)
{
	unsigned long next = 1;
	size_t ranges = 0;

	map->length = 0;
	add(map, 0, id, 1);
	for (const char *line = text; *line; line = *line_end(line) ? line_end(line) + 1 : line_end(line)) {
		size_t user = strcspn(line, ":\n");
		const char *at = line + user;
		unsigned long start, count;

		if (*at != ':' || !names_user(line, user, name, uid))
			continue;
		at++;
		if (number(&at, &start) || *at++ != ':' || number(&at, &count) || (*at && *at != '\n'))
			continue;
		/* Ids are 32 bits wide and the last one is no id (it means "leave as it is" to chown). */
		if (count > 4294967295UL - start || count > 4294967295UL - next || add(map, next, start, count))
			continue;
		next += count;
		ranges++;
	}
	return ranges;
}

int login_name(const char *text, uid_t uid, char *name, size_t size)
{
	for (const char *line = text; *line; line = *line_end(line) ? line_end(line) + 1 : line_end(line)) {
		size_t length = strcspn(line, ":\n");
		const char *at = line + length;
		unsigned long value;

		if (*at != ':' || length == 0 || length >= size)
			continue;
		at++;
		at += strcspn(at, ":\n");
		if (*at != ':')
			continue;
		at++;
		if (number(&at, &value) || *at != ':' || value != uid)
			continue;
		memcpy(name, line, length);
		name[length] = '\0';
		return 0;
	}
	return -1;
}

/* The whole text of a file, or NULL. A file beyond the limit is no map or account file of a sane machine. */
static char *slurp(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = malloc(TEXT_LIMIT + 1);
	size_t length = 0;

	while (fd >= 0 && text) {
		ssize_t got = read(fd, text + length, TEXT_LIMIT - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || length == TEXT_LIMIT) {
			free(text);
			text = NULL;
		} else if (got == 0) {
			text[length] = '\0';
			break;
		} else {
			length += (size_t)got;
		}
	}
	if (fd < 0) {
		free(text);
		return NULL;
	}
	close(fd);
	return text;
}

static int write_file(pid_t pid, const char *name, const char *text)
{
	char path[64];
	int fd, error = 0;
	size_t length = strlen(text);

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	/* A map is taken by one write as a whole or not at all. */
	ssize_t done = write(fd, text, length);
	if (done < 0)
		error = errno;
	else if ((size_t)done != length)
		error = EIO;
	close(fd);
	return error;
}

static int write_extents(pid_t pid, const char *name, const struct map *map)
{
	char text[MAX_EXTENTS * 40] = "";
	size_t length = 0;

	for (size_t i = 0; i < map->length; i++)
		length += (size_t)snprintf(text + length, sizeof text - length, "%lu %lu %lu\n",
					   map->extent[i].inside, map->extent[i].outside, map->extent[i].count);
	return write_file(pid, name, text);
}

/* newuidmap(1) and newgidmap(1) check /etc/subuid and /etc/subgid again, with the privilege that we lack. */
static int run_mapper(const char *program, pid_t pid, const struct map *map)
{
	char words[MAX_EXTENTS * 3 + 1][24];
	char *arguments[MAX_EXTENTS * 3 + 3];
	size_t n = 0;
	int status;

	snprintf(words[0], sizeof words[0], "%d", (int)pid);
	for (size_t i = 0; i < map->length; i++) {
		snprintf(words[3 * i + 1], sizeof words[0], "%lu", map->extent[i].inside);
		snprintf(words[3 * i + 2], sizeof words[0], "%lu", map->extent[i].outside);
		snprintf(words[3 * i + 3], sizeof words[0], "%lu", map->extent[i].count);
	}
	arguments[n++] = (char *)program;
	for (size_t i = 0; i < map->length * 3 + 1; i++)
		arguments[n++] = words[i];
	arguments[n] = NULL;

	pid_t child = fork();
	if (child < 0)
		return errno;
	if (child == 0) {
		/* Why it refused is told by the state of the map; its own words would stand without context. */
		int null = open("/dev/null", O_RDWR);

		if (null >= 0)
			dup2(null, STDERR_FILENO);
		execvp(program, arguments);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : EPERM;
}

static int identity(pid_t pid)
{
	struct map uids, gids;
	char *uid_text = slurp("/proc/self/uid_map");
	char *gid_text = slurp("/proc/self/gid_map");
	int error = EIO;

	if (uid_text && gid_text && !map_identity(&uids, uid_text) && !map_identity(&gids, gid_text)) {
		error = write_extents(pid, "gid_map", &gids);
		if (!error)
			error = write_extents(pid, "uid_map", &uids);
	}
	free(uid_text);
	free(gid_text);
	return error;
}

/* Returns 0, or an errno; *begun says whether the namespace already has one of its two maps. */
static int subordinate(pid_t pid, int *begun)
{
	char name[256];
	const char *user = NULL;
	char *passwd = slurp("/etc/passwd");
	char *uid_text = slurp("/etc/subuid");
	char *gid_text = slurp("/etc/subgid");
	struct map uids, gids;
	int error = ENOENT;

	*begun = 0;
	if (passwd && !login_name(passwd, getuid(), name, sizeof name))
		user = name;
	else
		user = getenv("USER"); /* accounts of a directory service; newuidmap asks that service itself */
	if (uid_text && gid_text && map_subordinate(&uids, uid_text, user, getuid(), getuid()) &&
	    map_subordinate(&gids, gid_text, user, getuid(), getgid())) {
		error = run_mapper("newuidmap", pid, &uids);
		if (!error) {
			*begun = 1;
			error = run_mapper("newgidmap", pid, &gids);
		}
	}
	free(passwd);
	free(uid_text);
	free(gid_text);
	return error;
}

static int single(pid_t pid)
{
	struct map uids = { .length = 0 }, gids = { .length = 0 };
	int error;

	add(&uids, 0, geteuid(), 1);
	add(&gids, 0, getegid(), 1);
	error = write_extents(pid, "uid_map", &uids);
	if (!error)
		error = write_file(pid, "setgroups", "deny");
	if (!error)
		error = write_extents(pid, "gid_map", &gids);
	return error;
}

int write_maps(pid_t pid, enum ids *ids)
{
	int begun = 0, error;

	*ids = IDS_ALL;
	if (geteuid() == 0 && !identity(pid))
		return 0;
	*ids = IDS_SUBIDS;
	if (geteuid() != 0) {
		error = subordinate(pid, &begun);
		if (!error || begun)
			return error;
	}
	*ids = IDS_SINGLE;
	return single(pid);
}
