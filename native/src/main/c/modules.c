/*
 * What the loader preloads into the twin of an interpreter that loads modules (perl). It leads the twin where the
 * guest's program would be led:
 *
 * - dlopen(3) of a module of the guest opens the twin's, which lies in the twin's folder below `m` by the same path
 *   without links;
 * - readlink(2) of /proc/self/exe, which is the loader's here, says the path of the guest's program, as emulators do.
 *
 * The twin's folder is known by how it was started: the kernel says FOLDER/ld/NAME, and newer loaders FOLDER/bin/NAME,
 * by another name, instead.
 */
#include <dlfcn.h>
#include <elf.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#define SELF "/proc/self/exe"

enum { LONGEST = PATH_MAX };

/* As <dlfcn.h> has it for those who ask for GNU's extensions, which would redirect readlink. */
#define NEXT ((void *)-1L)

static int is_same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

/* Appends a text, if there is room for it and a zero byte. */
static size_t append(char *to, size_t at, const char *text, size_t length)
{
	if (at + length >= LONGEST)
		return LONGEST;
	for (size_t i = 0; i < length; i++)
		to[at + i] = text[i];
	to[at + length] = '\0';
	return at + length;
}

static size_t length_of(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

/* FOLDER, `part` and `path`; with the program's name in the place of a path that is null. */
static int is_in_folder(char *to, const char *part, const char *path)
{
	const char *started = (const char *)getauxval(AT_EXECFN);
	size_t end, slashes = 0;

	if (!started)
		return 0;
	end = length_of(started);
	const char *name = started + end;
	while (end && slashes < 2)
		if (started[--end] == '/' && ++slashes == 1)
			name = started + end;
	const char *last = path ? path : name;
	size_t at = slashes == 2 ? append(to, 0, started, end) : LONGEST;
	at = at < LONGEST ? append(to, at, part, length_of(part)) : LONGEST;
	at = at < LONGEST ? append(to, at, last, length_of(last)) : LONGEST;
	return at < LONGEST;
}

static void *next(const char *name)
{
	return dlsym(NEXT, name);
}

__attribute__((visibility("default"))) void *dlopen(const char *path, int flags)
{
	void *(*open)(const char *, int) = (void *(*)(const char *, int))next("dlopen");
	char file[PATH_MAX], module[LONGEST];

	if (path && path[0] == '/' && realpath(path, file) && is_in_folder(module, "/m", file) && !access(module, F_OK))
		return open(module, flags);
	return open(path, flags);
}

static ssize_t read_link(const char *path, char *to, size_t size)
{
	ssize_t (*read)(const char *, char *, size_t) = (ssize_t (*)(const char *, char *, size_t))next("readlink");
	char program[LONGEST];

	return read(is_same(path, SELF) && is_in_folder(program, "/exe", NULL) ? program : path, to, size);
}

__attribute__((visibility("default"))) ssize_t readlink(const char *path, char *to, size_t size)
{
	return read_link(path, to, size);
}

ssize_t __readlink_chk(const char *path, char *to, size_t size, size_t room);

/* What a fortified program calls. */
__attribute__((visibility("default"))) ssize_t __readlink_chk(const char *path, char *to, size_t size, size_t room)
{
	return read_link(path, to, size < room ? size : room);
}
