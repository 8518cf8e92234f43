/*
 * anyarch-probe [--ns FILE] [--jobs N] FOLDER
 *
 * Finds out which programs this machine runs: starts each that standard input has ("NAME SIZE", newline, SIZE bytes
 * of program, see programs.h) in two ways and says on standard output how it ended.
 *   process    as a file in FOLDER, in the mount namespace of FILE if there is one (setns(2))
 *   container  as the only file of a file system of its own: new mount namespace, a tmpfs on FOLDER, chroot
 * Each is called "/probe", has no environment, /dev/null for its standard files, and ten seconds. N of them run at a
 * time; as many as there are processors if it is not given. One line each:
 *   NAME process|container exited STATUS
 *   NAME process|container signalled SIGNAL
 *   NAME process|container failed STAGE ERRNO
 * Stages: write, fork, unshare, private, tmpfs, chroot, exec, time (it was killed after its ten seconds).
 * The status is 0 if all were tried, whatever came of it; 1 with a line on standard error if not; 2 for usage.
 *
 * Two processes: the one that was started, and a worker, which is PID 1 of a PID namespace where that may be had. The
 * worker dies with the first (PR_SET_PDEATHSIG) and the kernel kills all of a PID namespace with its init: nothing
 * outlives even kill -9, but files of "process". A later run removes them: it has FOLDER locked (flock(2), shared),
 * so whoever gets the lock for itself knows that no file there is in use, whatever PIDs mean where it was made.
 */
#define _GNU_SOURCE
#include "trials.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_TEXT = 64 << 20 };

static _Noreturn __attribute__((format(printf, 1, 2))) void die(const char *format, ...)
{
	int error = errno;
	va_list values;

	fputs("anyarch-probe: ", stderr);
	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
	fprintf(stderr, ": %s\n", strerror(error));
	exit(1);
}

static char *read_input(size_t *length)
{
	size_t room = 1 << 16;
	char *text = malloc(room);

	*length = 0;
	while (text) {
		ssize_t got = read(STDIN_FILENO, text + *length, room - *length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			die("cannot read the programs");
		if (got == 0)
			return text;
		*length += (size_t)got;
		if (*length == room) {
			errno = EFBIG;
			text = room < MAX_TEXT ? realloc(text, room *= 2) : NULL;
		}
	}
	die("cannot hold the programs");
}

static _Noreturn void work(const struct trials *trials, int alive)
{
	struct pollfd first = { .fd = alive, .events = POLLIN };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Dead already? Then its end of the pipe is closed, and the signal will never come. */
	if (poll(&first, 1, 0) < 0 || first.revents & POLLHUP)
		_exit(1);
	/* A reader that is gone is an error with a message. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	errno = try_all(trials);
	if (errno)
		die("cannot write the answers");
	exit(0);
}

static void remove_leftovers(int folder)
{
	int copy = dup(folder);
	DIR *entries = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	while (entries && (entry = readdir(entries))) {
		struct stat file;

		if (!strncmp(entry->d_name, TRIAL_PREFIX, strlen(TRIAL_PREFIX)) &&
		    !fstatat(folder, entry->d_name, &file, AT_SYMLINK_NOFOLLOW) && S_ISREG(file.st_mode))
			unlinkat(folder, entry->d_name, 0);
	}
	if (entries)
		closedir(entries);
}

/* The lock lasts until the last of our processes has ended or called execve(2). */
static void lock_folder(const char *path)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (folder < 0)
		die("cannot open the folder %s", path);
	/* Where it cannot be locked, leftovers stay rather than what others use. */
	if (!flock(folder, LOCK_EX | LOCK_NB))
		remove_leftovers(folder);
	flock(folder, LOCK_SH);
}

static void enter_namespace(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("cannot open the mount namespace %s", file);
	if (setns(fd, CLONE_NEWNS))
		die("cannot enter the mount namespace %s", file);
	close(fd);
}

static size_t processors(void)
{
	cpu_set_t set;
	int count = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);

	return count < MAX_JOBS ? (size_t)count : MAX_JOBS;
}

static _Noreturn void usage(void)
{
	fprintf(stderr, "usage: anyarch-probe [--ns FILE] [--jobs 1...%d] FOLDER (absolute)\n", MAX_JOBS);
	exit(2);
}

static void read_arguments(struct trials *trials, const char **namespace, char **words)
{
	trials->jobs = processors();
	for (; words[0] && words[1]; words += 2) {
		char *end;
		unsigned long jobs = strtoul(words[1], &end, 10);

		if (!strcmp(words[0], "--ns"))
			*namespace = words[1];
		else if (!strcmp(words[0], "--jobs") && !*end && jobs >= 1 && jobs <= MAX_JOBS)
			trials->jobs = jobs;
		else
			usage();
	}
	/* A relative one would mean another folder in another namespace. Room is for the file's name. */
	if (!words[0] || words[0][0] != '/' || strlen(words[0]) > PATH_MAX - MAX_FILE_NAME)
		usage();
	trials->folder = words[0];
}

int main(int argc, char **argv)
{
	static struct trials trials;
	const char *namespace = NULL;
	int alive[2], status;
	size_t length;

	(void)argc;
	read_arguments(&trials, &namespace, argv + 1);
	char *text = read_input(&length);
	ssize_t count = parse_programs(trials.programs, text, length);
	if (count < 0) {
		errno = EINVAL;
		die("cannot understand the programs");
	}
	trials.count = (size_t)count;
	trials.null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (trials.null < 0)
		die("cannot open /dev/null");
	if (getrandom(&trials.id, sizeof trials.id, 0) != sizeof trials.id)
		die("cannot get a random number");
	if (namespace)
		enter_namespace(namespace);
	lock_folder(trials.folder);
	signal(SIGCHLD, SIG_DFL);
	if (pipe2(alive, O_CLOEXEC))
		die("cannot make a pipe");

	/* Refused to ordinary users, whose probes are then held together by their process groups alone. */
	(void)!unshare(CLONE_NEWPID);
	pid_t worker = fork();
	if (worker < 0)
		die("cannot start the worker");
	if (worker == 0) {
		close(alive[1]);
		work(&trials, alive[0]);
	}
	while (waitpid(worker, &status, 0) < 0) {
		if (errno != EINTR)
			die("cannot wait for the worker");
	}
	if (WIFSIGNALED(status)) {
		fprintf(stderr, "anyarch-probe: the worker was killed by signal %d\n", WTERMSIG(status));
		return 1;
	}
	return WEXITSTATUS(status);
}
