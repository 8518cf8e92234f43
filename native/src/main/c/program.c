#define _GNU_SOURCE
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

ssize_t read_all(int fd, void *data, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = read(fd, (char *)data + done, size - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

int is_passed_on(int signal)
{
	switch (signal) {
	case SIGKILL:
	case SIGSTOP:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGCONT:
	case SIGCHLD:
	case SIGILL:
	case SIGTRAP:
	case SIGBUS:
	case SIGFPE:
	case SIGSEGV:
	case SIGSYS:
	case SIGIO:
		return 0;
	default:
		/* The first real-time signals are the C library's own, the last two those of sessions. */
		return signal < 32 || (signal >= 34 && signal < 63);
	}
}

static int is_elf(const char *path)
{
	char head[4];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int elf = fd >= 0 && read_all(fd, head, sizeof head) == sizeof head && !memcmp(head, "\177ELF", sizeof head);

	if (fd >= 0)
		close(fd);
	return elf;
}

/* Returns only if it fails, with errno. What has no header the kernel knows is for the shell, as execvp(3) has it. */
static void execute_file(const char *path, char **program)
{
	execv(path, program);
	int error = errno;
	if (error == ENOEXEC && !is_elf(path)) {
		size_t words = 0;

		while (program[words])
			words++;
		/* The shell, the path, and what followed the program's name, with the NULL at the end. */
		char **script = calloc(words + 2, sizeof *script);
		if (script) {
			script[0] = program[0];
			script[1] = strdup(path);
			memcpy(script + 2, program + 1, words * sizeof *script);
			execv("/bin/sh", script);
			free(script);
		}
	}
	errno = error;
}

/* As execvp(3), but for foreign ELF files: they are no scripts, though the kernel refuses both alike. */
static void execute(char **program)
{
	const char *name = program[0], *path = getenv("PATH");
	char file[PATH_MAX];
	int error = ENOENT;

	if (strchr(name, '/')) {
		execute_file(name, program);
		return;
	}
	if (!path)
		path = "/bin:/usr/bin";
	for (size_t length; *name; path += length + 1) {
		length = strcspn(path, ":");
		int size = snprintf(file, sizeof file, "%.*s%s%s", (int)length, path, length ? "/" : "", name);
		errno = ENAMETOOLONG;
		if (size < (int)sizeof file)
			execute_file(file, program);
		if (errno == EACCES) {
			/* A folder that may not be searched hides whether it has the program: most likely not. */
			if (!access(file, F_OK))
				error = EACCES;
		} else if (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG) {
			return;
		}
		if (!path[length])
			break;
	}
	errno = error;
}

_Noreturn void start(char **program)
{
	const char *name = program[0], *reason, *hint = "";

	execute(program);
	int error = errno;
	reason = strerror(error);
	if (error == ENOENT && !strchr(name, '/'))
		reason = "command not found";
	else if (error == ENOENT && !access(name, F_OK))
		hint = "; the file is there, but not the loader or interpreter that it names";
	else if (error == ENOEXEC)
		hint = "; no emulator for it is registered in this session, see anyarch emulator ls";
	fprintf(stderr, "anyarch: cannot start %s: %s%s\n", name, reason, hint);
	_exit(error == ENOENT ? 127 : 126);
}

_Noreturn void end_like(int status)
{
	if (WIFSIGNALED(status)) {
		struct rlimit none = { 0, 0 };
		sigset_t set;

		/* The program has dumped its core, if it was to. */
		setrlimit(RLIMIT_CORE, &none);
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
		sigemptyset(&set);
		sigaddset(&set, WTERMSIG(status));
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		_exit(128 + WTERMSIG(status));
	}
	_exit(WEXITSTATUS(status));
}
