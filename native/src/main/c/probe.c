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
#include "programs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PREFIX ".anyarch-probe-"

enum { SECONDS = 10, MAX_JOBS = 64, MAX_TEXT = 64 << 20 };

enum way { PROCESS, CONTAINER, WAYS };
enum stage { WRITE, FORK, UNSHARE, PRIVATE, TMPFS, CHROOT, EXEC, TIME };

static const char *const way_names[] = { "process", "container" };
static const char *const stage_names[] = { "write", "fork", "unshare", "private", "tmpfs", "chroot", "exec", "time" };

/* What a child that could not start the program tells the worker. */
struct failure {
	enum stage stage;
	int error;
};

/* A program that runs, or nothing if pid is 0. */
struct job {
	pid_t pid;
	const struct program *program;
	enum way way;
	int failures; /* the child writes a struct failure to it or nothing */
	int overdue;
	struct timespec deadline;
	char file[PATH_MAX]; /* empty if there is none */
};

struct work {
	struct program programs[MAX_PROGRAMS];
	size_t count;
	const char *folder;
	size_t jobs;
	int null; /* /dev/null, opened before the namespace was changed */
	unsigned id; /* in the names of this run's files */
	pid_t worker;
};

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

static void say(const struct program *program, enum way way, const char *what, int value)
{
	/* One write a line, which a reader gets as soon as there is one. */
	if (dprintf(STDOUT_FILENO, "%s %s %s %d\n", program->name, way_names[way], what, value) < 0)
		die("cannot write the answers");
}

static void say_failed(const struct program *program, enum way way, struct failure failure)
{
	char what[32];

	snprintf(what, sizeof what, "failed %s", stage_names[failure.stage]);
	say(program, way, what, failure.error);
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

/* Returns 0, or an errno, and then there is no file. */
static int write_program(const char *file, const struct program *program)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700), error = 0;

	if (fd < 0)
		return errno;
	for (size_t done = 0; !error && done < program->size;) {
		ssize_t wrote = write(fd, program->code + done, program->size - done);

		if (wrote >= 0)
			done += (size_t)wrote;
		else if (errno != EINTR)
			error = errno;
	}
	/* Whatever the umask: as programs are installed. */
	if (!error && fchmod(fd, 0755))
		error = errno;
	/* An open writer would make execve(2) fail with ETXTBSY. */
	if (close(fd) && !error)
		error = errno;
	if (error)
		unlink(file);
	return error;
}

/* Makes FOLDER, in a mount namespace of our own, a root that holds nothing but the program. */
static struct failure enter_container(const struct work *work, const struct program *program)
{
	char file[PATH_MAX];
	int error;

	if (unshare(CLONE_NEWNS))
		return (struct failure){ UNSHARE, errno };
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return (struct failure){ PRIVATE, errno };
	if (mount("tmpfs", work->folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=4m"))
		return (struct failure){ TMPFS, errno };
	snprintf(file, sizeof file, "%s/probe", work->folder);
	error = write_program(file, program);
	if (error)
		return (struct failure){ WRITE, error };
	if (chroot(work->folder) || chdir("/"))
		return (struct failure){ CHROOT, errno };
	return (struct failure){ EXEC, 0 };
}

static _Noreturn void run_child(const struct work *work, const struct job *job, int failures)
{
	static char *const arguments[] = { "/probe", NULL };
	static char *const environment[] = { NULL };
	struct rlimit none = { 0, 0 };
	struct failure failure = { EXEC, 0 };
	sigset_t empty;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The worker died before it could be heard of. */
	if (getppid() != work->worker)
		_exit(1);
	/* A group of its own, so that what it starts can be killed with it. */
	setsid();
	setrlimit(RLIMIT_CORE, &none);
	sigemptyset(&empty);
	sigprocmask(SIG_SETMASK, &empty, NULL);
	if (job->way == CONTAINER)
		failure = enter_container(work, job->program);
	if (!failure.error && dup2(work->null, 0) == 0 && dup2(work->null, 1) == 1 && dup2(work->null, 2) == 2)
		execve(job->way == CONTAINER ? "/probe" : job->file, arguments, environment);
	if (!failure.error)
		failure.error = errno;
	/* Far smaller than PIPE_BUF: it goes as a whole. */
	while (write(failures, &failure, sizeof failure) < 0 && errno == EINTR)
		;
	_exit(127);
}

/* Leaves job->pid 0 if it has said why there is none. */
static void start(const struct work *work, struct job *job, size_t number)
{
	int failures[2], error;

	memset(job, 0, sizeof *job);
	job->program = &work->programs[number / WAYS];
	job->way = (enum way)(number % WAYS);
	if (job->way == PROCESS) {
		int size = snprintf(job->file, sizeof job->file, "%s/" PREFIX "%s-%08x", work->folder, job->program->name, work->id);

		error = size < (int)sizeof job->file ? write_program(job->file, job->program) : ENAMETOOLONG;
		if (error) {
			say_failed(job->program, job->way, (struct failure){ WRITE, error });
			return;
		}
	}
	job->pid = pipe2(failures, O_CLOEXEC | O_NONBLOCK) ? -1 : fork();
	if (job->pid < 0) {
		error = errno;
		if (*job->file)
			unlink(job->file);
		say_failed(job->program, job->way, (struct failure){ FORK, error });
		job->pid = 0;
		return;
	}
	if (job->pid == 0)
		run_child(work, job, failures[1]);
	close(failures[1]);
	job->failures = failures[0];
	clock_gettime(CLOCK_MONOTONIC, &job->deadline);
	job->deadline.tv_sec += SECONDS;
}

static void finish(struct job *job, int status)
{
	struct failure failure;

	if (read(job->failures, &failure, sizeof failure) == sizeof failure)
		say_failed(job->program, job->way, failure);
	else if (job->overdue)
		say_failed(job->program, job->way, (struct failure){ TIME, ETIMEDOUT });
	else if (WIFSIGNALED(status))
		say(job->program, job->way, "signalled", WTERMSIG(status));
	else
		say(job->program, job->way, "exited", WEXITSTATUS(status));
	close(job->failures);
	if (*job->file)
		unlink(job->file);
	job->pid = 0;
}

static void reap(struct job *jobs, size_t count)
{
	siginfo_t info;
	int status;

	for (;;) {
		info.si_pid = 0;
		/* Looked at first: as long as it is not reaped, no other group can have its number. */
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid == 0)
			return;
		struct job *job = NULL;
		for (size_t i = 0; i < count; i++) {
			if (jobs[i].pid == info.si_pid)
				job = &jobs[i];
		}
		if (job)
			kill(-job->pid, SIGKILL);
		/* Others are orphans that came to us as init. */
		if (waitpid(info.si_pid, &status, 0) == info.si_pid && job)
			finish(job, status);
	}
}

static int64_t nanoseconds(struct timespec time)
{
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Waits for a child's end or the next deadline, and kills what is beyond its own. */
static void wait_for_something(struct job *jobs, size_t count, const sigset_t *child)
{
	struct timespec now;
	int64_t left = (int64_t)SECONDS * 1000000000;

	clock_gettime(CLOCK_MONOTONIC, &now);
	for (size_t i = 0; i < count; i++) {
		int64_t rest = nanoseconds(jobs[i].deadline) - nanoseconds(now);

		if (!jobs[i].pid || jobs[i].overdue)
			continue;
		if (rest <= 0) {
			jobs[i].overdue = 1;
			kill(-jobs[i].pid, SIGKILL);
			/* Its group is made by the child itself, which may not have come so far. */
			kill(jobs[i].pid, SIGKILL);
		} else if (rest < left) {
			left = rest;
		}
	}
	struct timespec wait = { left / 1000000000, left % 1000000000 };
	sigtimedwait(child, NULL, &wait);
	reap(jobs, count);
}

static _Noreturn void work_all(struct work *work, int alive)
{
	static struct job jobs[MAX_JOBS];
	struct pollfd first = { .fd = alive, .events = POLLIN };
	sigset_t child;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Dead already? Then its end of the pipe is closed, and the signal will never come. */
	if (poll(&first, 1, 0) < 0 || first.revents & POLLHUP)
		_exit(1);
	/* What is written to a reader that is gone is an error with a message. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	work->worker = getpid();
	for (size_t next = 0, running;;) {
		running = 0;
		for (size_t i = 0; i < work->jobs; i++) {
			while (!jobs[i].pid && next < work->count * WAYS)
				start(work, &jobs[i], next++);
			running += jobs[i].pid != 0;
		}
		if (!running)
			exit(0);
		wait_for_something(jobs, work->jobs, &child);
	}
}

static void remove_leftovers(int folder)
{
	int copy = dup(folder);
	DIR *entries = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	while (entries && (entry = readdir(entries))) {
		struct stat file;

		if (!strncmp(entry->d_name, PREFIX, strlen(PREFIX)) && !fstatat(folder, entry->d_name, &file, AT_SYMLINK_NOFOLLOW) &&
		    S_ISREG(file.st_mode))
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

static void read_arguments(struct work *work, const char **namespace, char **words)
{
	work->jobs = processors();
	for (; words[0] && words[1]; words += 2) {
		char *end;
		unsigned long jobs = strtoul(words[1], &end, 10);

		if (!strcmp(words[0], "--ns"))
			*namespace = words[1];
		else if (!strcmp(words[0], "--jobs") && !*end && jobs >= 1 && jobs <= MAX_JOBS)
			work->jobs = jobs;
		else
			usage();
	}
	/* A relative one would mean another folder in another namespace. Room is for the file's name. */
	if (!words[0] || words[0][0] != '/' || strlen(words[0]) > PATH_MAX - 128)
		usage();
	work->folder = words[0];
}

int main(int argc, char **argv)
{
	static struct work work;
	const char *namespace = NULL;
	int alive[2], status;
	size_t length;

	(void)argc;
	read_arguments(&work, &namespace, argv + 1);
	char *text = read_input(&length);
	ssize_t count = parse_programs(work.programs, text, length);
	if (count < 0) {
		errno = EINVAL;
		die("cannot understand the programs");
	}
	work.count = (size_t)count;
	work.null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (work.null < 0)
		die("cannot open /dev/null");
	if (getrandom(&work.id, sizeof work.id, 0) != sizeof work.id)
		die("cannot get a random number");
	if (namespace)
		enter_namespace(namespace);
	lock_folder(work.folder);
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
		work_all(&work, alive[0]);
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
