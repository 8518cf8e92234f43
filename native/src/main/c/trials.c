#define _GNU_SOURCE
#include "trials.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS = 10 };

enum way { PROCESS, CONTAINER, WAYS };
enum stage { WRITE, FORK, UNSHARE, PRIVATE, TMPFS, CHROOT, EXEC, TIME };

static const char *const way_names[] = { "process", "container" };
static const char *const stage_names[] = { "write", "fork", "unshare", "private", "tmpfs", "chroot", "exec", "time" };

/* What a child that could not start the program tells its parent. */
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

/* Why nothing can be printed, or 0. */
static int unheard;

static void say(const struct program *program, enum way way, const char *what, int value)
{
	/* One write a line, which a reader gets as soon as there is one. */
	if (dprintf(STDOUT_FILENO, "%s %s %s %d\n", program->name, way_names[way], what, value) < 0)
		unheard = errno;
}

static void say_failed(const struct program *program, enum way way, struct failure failure)
{
	char what[32];

	snprintf(what, sizeof what, "failed %s", stage_names[failure.stage]);
	say(program, way, what, failure.error);
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
static struct failure enter_container(const struct trials *trials, const struct program *program)
{
	char file[PATH_MAX];
	int error;

	if (unshare(CLONE_NEWNS))
		return (struct failure){ UNSHARE, errno };
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return (struct failure){ PRIVATE, errno };
	if (mount("tmpfs", trials->folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=4m"))
		return (struct failure){ TMPFS, errno };
	snprintf(file, sizeof file, "%s/probe", trials->folder);
	error = write_program(file, program);
	if (error)
		return (struct failure){ WRITE, error };
	if (chroot(trials->folder) || chdir("/"))
		return (struct failure){ CHROOT, errno };
	return (struct failure){ EXEC, 0 };
}

static _Noreturn void run_child(const struct trials *trials, pid_t tryer, const struct job *job, int failures)
{
	static char *const arguments[] = { "/probe", NULL };
	static char *const environment[] = { NULL };
	struct rlimit none = { 0, 0 };
	struct failure failure = { EXEC, 0 };
	sigset_t empty;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It died before that could be heard of. */
	if (getppid() != tryer)
		_exit(1);
	/* A group of its own, so that what it starts can be killed with it. */
	setsid();
	setrlimit(RLIMIT_CORE, &none);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&empty);
	sigprocmask(SIG_SETMASK, &empty, NULL);
	if (job->way == CONTAINER)
		failure = enter_container(trials, job->program);
	if (!failure.error && dup2(trials->null, 0) == 0 && dup2(trials->null, 1) == 1 && dup2(trials->null, 2) == 2)
		execve(job->way == CONTAINER ? "/probe" : job->file, arguments, environment);
	if (!failure.error)
		failure.error = errno;
	/* Far smaller than PIPE_BUF: it goes as a whole. */
	while (write(failures, &failure, sizeof failure) < 0 && errno == EINTR)
		;
	_exit(127);
}

/* Leaves job->pid 0 if it has said why there is none. */
static void start(const struct trials *trials, pid_t self, struct job *job, size_t number)
{
	int failures[2], error;

	memset(job, 0, sizeof *job);
	job->program = &trials->programs[number / WAYS];
	job->way = (enum way)(number % WAYS);
	if (job->way == PROCESS) {
		int size = snprintf(job->file, sizeof job->file, "%s/" TRIAL_PREFIX "%s-%08x", trials->folder, job->program->name, trials->id);

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
		run_child(trials, self, job, failures[1]);
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

int try_all(const struct trials *trials)
{
	static struct job jobs[MAX_JOBS];
	pid_t self = getpid();
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	for (size_t next = 0, running; !unheard;) {
		running = 0;
		for (size_t i = 0; i < trials->jobs; i++) {
			while (!jobs[i].pid && next < trials->count * WAYS)
				start(trials, self, &jobs[i], next++);
			running += jobs[i].pid != 0;
		}
		if (!running)
			break;
		wait_for_something(jobs, trials->jobs, &child);
	}
	return unheard;
}
