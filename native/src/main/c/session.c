/*
 * anyarch-session -- PROGRAM [ARG...]
 *
 * Runs PROGRAM as process 2 of a session: a user, mount and PID namespace of its own in which it is root
 * and in which /proc/sys/fs/binfmt_misc is an instance that belongs to nobody else (Linux 6.7). It is C
 * because a JVM has threads before main() and the kernel refuses CLONE_NEWUSER to a process with threads.
 *
 * Three processes:
 *   outer  the one that was started; stays in the caller's namespaces, writes the id maps, passes signals
 *          on and ends as PROGRAM ended
 *   init   PID 1 of the session; reaps, passes signals on; when it ends, the kernel kills the rest
 *   main   PROGRAM, and after it what PROGRAM asks to be started in its place
 * init dies with outer (PR_SET_PDEATHSIG), so nothing can be left behind, not even by kill -9.
 *
 * ANYARCH_SESSION in PROGRAM's environment says what was reached:
 *   "entered ids=all|subids|single proc=own|inherited start=FD"
 *   "failed STAGE ERRNO": there is no session, PROGRAM runs as if it had been started directly and is
 *   the one to tell the user; stages: namespaces, ids, identity, mounts, binfmt_misc, fork
 *
 * A PROGRAM that writes a decimal N to FD and ends with status 0 has prepared the session for a program: its
 * own last N words are started as main then, with the caller's arguments, environment and signal dispositions
 * to the byte, which a JVM could not pass on.
 */
#define _GNU_SOURCE
#include "idmap.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define BINFMT_MISC "/proc/sys/fs/binfmt_misc"

enum stage { NAMESPACES, IDS, IDENTITY, MOUNTS, BINFMT, FORK, ENTERED, ENDED };

static const char *const stage_names[] = { "namespaces", "ids", "identity", "mounts", "binfmt_misc", "fork" };
static const char *const ids_names[] = { "all", "subids", "single" };

/* What init tells outer: first ENTERED or where it failed, then ENDED with main's wait status. */
struct report {
	enum stage stage;
	int value;
};

/*
 * Passed on when a process sent them. What the terminal sends reaches the whole foreground group, main
 * included, by itself; stop signals are left to it as well, so that the shell sees its job stop.
 */
static const int passed_on[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH };

/*
 * Main may name another process to pass signals on to, by sigqueue(3) with this signal and the pid as value: a JVM
 * that waits for a container's runtime cannot pass a signal on without knowing which one it was.
 */
enum { REDIRECT = 40 };

static sigset_t callers_mask;

static ssize_t read_all(int fd, void *data, size_t size)
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

static void tell(int fd, enum stage stage, int value)
{
	struct report report = { stage, value };

	/* Smaller than PIPE_BUF, so it goes as a whole; when outer is gone, so are we in a moment. */
	while (write(fd, &report, sizeof report) < 0 && errno == EINTR)
		;
}

static sigset_t waited_for(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++)
		sigaddset(&set, passed_on[i]);
	return set;
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

static _Noreturn void start(char **program)
{
	const char *name = program[0], *reason, *hint = "";

	sigprocmask(SIG_SETMASK, &callers_mask, NULL);
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

static _Noreturn void start_entered(int start_pipe[2], const char *said, char **program)
{
	char text[96];

	/* What is made in images must not depend on who builds them; exec's program gets the caller's. */
	umask(022);
	fcntl(start_pipe[1], F_SETFD, 0);
	snprintf(text, sizeof text, "%s start=%d", said, start_pipe[1]);
	setenv("ANYARCH_SESSION", text, 1);
	start(program);
}

/* With what the launcher set before it started Java taken back. */
static _Noreturn void start_prepared(char **program)
{
	const char *locale = getenv("ANYARCH_LC_ALL");

	if (locale && strcmp(locale, "unset"))
		setenv("LC_ALL", locale, 1);
	else if (locale)
		unsetenv("LC_ALL");
	unsetenv("ANYARCH_LC_ALL");
	start(program);
}

/* The words that main, which has ended, wants started in its place; NULL if none. */
static char **prepared(int start_pipe, char **program)
{
	char text[16] = "", *end;
	size_t words = 0;

	if (read(start_pipe, text, sizeof text - 1) <= 0)
		return NULL;
	unsigned long wanted = strtoul(text, &end, 10);
	while (program[words])
		words++;
	return end != text && wanted >= 1 && wanted < words ? program + (words - wanted) : NULL;
}

static int mount_all(int *own_proc, enum stage *stage)
{
	*stage = MOUNTS;
	/* Slave, not private: what the host unmounts must not be held by us; nothing of ours goes back. */
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
		return errno;
	/*
	 * Refused where the caller's own /proc is partly hidden (most containers). The caller's /proc shows
	 * our processes as well, under its own numbers.
	 */
	*own_proc = !mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	*stage = BINFMT;
	/* Loads the module where it is one; the mount point exists only from then on. */
	int fs = (int)syscall(SYS_fsopen, "binfmt_misc", 1 /* FSOPEN_CLOEXEC */);
	if (fs < 0 && errno == ENODEV)
		return ENODEV;
	if (fs >= 0)
		close(fs);
	if (mount("binfmt_misc", BINFMT_MISC, "binfmt_misc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return errno;
	return 0;
}

/* Only a process: 0, -1 and negative numbers mean whole groups to kill(2). */
static pid_t redirected(const siginfo_t *info, pid_t main_pid)
{
	intptr_t pid = (intptr_t)info->si_value.sival_ptr;

	return pid > 1 && pid < INT32_MAX ? (pid_t)pid : main_pid;
}

static _Noreturn void init(int go, int reports, char **program)
{
	sigset_t set = waited_for();
	enum stage stage;
	enum ids ids;
	int own_proc = 0, start_pipe[2], error, status;
	char said[64];

	/* Outer writes once the maps are there and keeps its end open; end of file: it is dead. */
	if (read_all(go, &ids, sizeof ids) < 0)
		_exit(1);
	if (setresgid(0, 0, 0) || setresuid(0, 0, 0)) {
		tell(reports, IDENTITY, errno);
		_exit(1);
	}
	/* After the ids, since a change of them clears it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Dead already? Then its end of the pipe is closed, and the signal will never come. */
	struct pollfd outer = { .fd = go, .events = POLLIN };
	if (poll(&outer, 1, 0) < 0 || outer.revents & POLLHUP)
		_exit(1);
	error = mount_all(&own_proc, &stage);
	if (error) {
		tell(reports, stage, error);
		_exit(1);
	}
	snprintf(said, sizeof said, "entered ids=%s proc=%s", ids_names[ids], own_proc ? "own" : "inherited");

	sigaddset(&set, REDIRECT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* Read after main has ended, so nonblocking: what main left running may keep the other end open. */
	pid_t main_pid = pipe2(start_pipe, O_CLOEXEC | O_NONBLOCK) ? -1 : fork(), target;
	if (main_pid < 0) {
		tell(reports, FORK, errno);
		_exit(1);
	}
	if (main_pid == 0)
		start_entered(start_pipe, said, program);
	close(start_pipe[1]);
	target = main_pid;
	tell(reports, ENTERED, 0);
	for (;;) {
		siginfo_t info;
		int signal = sigwaitinfo(&set, &info);

		if (signal == SIGCHLD) {
			pid_t pid;

			while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
				if (pid != main_pid)
					continue;
				char **next = status == 0 ? prepared(start_pipe[0], program) : NULL;
				main_pid = next ? fork() : -1;
				if (main_pid == 0)
					start_prepared(next);
				if (main_pid < 0) {
					tell(reports, ENDED, next ? W_EXITCODE(126, 0) : status);
					_exit(0);
				}
				target = main_pid;
			}
		} else if (signal == REDIRECT) {
			if (info.si_code == SI_QUEUE && info.si_pid == main_pid)
				target = redirected(&info, main_pid);
		} else if (signal > 0 && info.si_code <= 0 && info.si_pid == 0) {
			/* Pid 0: sent from outside the session, so by outer. */
			kill(target, signal);
		}
	}
}

/* Whether process pid lives in the PID namespace of the session's init: its own group already has the signal. */
static int inside(pid_t pid, pid_t init_pid)
{
	char path[64];
	struct stat theirs, ours;

	snprintf(path, sizeof path, "/proc/%d/ns/pid", (int)pid);
	if (stat(path, &theirs))
		return 0;
	snprintf(path, sizeof path, "/proc/%d/ns/pid", (int)init_pid);
	return !stat(path, &ours) && theirs.st_ino == ours.st_ino && theirs.st_dev == ours.st_dev;
}

/* Ends this process the way main ended: a shell or make above us looks at the signal too. */
static _Noreturn void end_like(int status)
{
	if (WIFSIGNALED(status)) {
		struct rlimit none = { 0, 0 };
		sigset_t set;

		/* Main has dumped its core, if it was to. */
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

static _Noreturn void watch(pid_t init_pid, int reports)
{
	sigset_t set = waited_for();

	for (;;) {
		siginfo_t info;
		int signal = sigwaitinfo(&set, &info);

		if (signal == SIGCHLD) {
			struct report report;
			int status;

			if (waitpid(init_pid, &status, WNOHANG) != init_pid)
				continue;
			/* Init is gone and the pipe has all that it ever said. */
			if (read_all(reports, &report, sizeof report) < 0 || report.stage != ENDED)
				end_like(status);
			end_like(report.value);
		} else if (signal > 0 && info.si_code <= 0 && !inside(info.si_pid, init_pid)) {
			kill(init_pid, signal);
		}
	}
}

static _Noreturn void without_session(enum stage stage, int error, char **program)
{
	char said[64];

	snprintf(said, sizeof said, "failed %s %d", stage_names[stage], error);
	setenv("ANYARCH_SESSION", said, 1);
	start(program);
}

int main(int argc, char **argv)
{
	int go[2], reports[2], status, error;
	enum ids ids;
	struct report report;

	if (argc < 3 || strcmp(argv[1], "--")) {
		fprintf(stderr, "usage: anyarch-session -- PROGRAM [ARG...]\n");
		return 2;
	}
	char **program = argv + 2;

	/* A JVM without one of these gives the next file that it opens to the program in its place. */
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return 2;
	}

	/* Blocked before there is a child, so that no signal falls into the gap before init waits for it. */
	sigset_t set = waited_for();
	sigprocmask(SIG_BLOCK, &set, &callers_mask);
	/* An ignored SIGCHLD would reap init before we can. */
	signal(SIGCHLD, SIG_DFL);
	if (pipe2(go, O_CLOEXEC) || pipe2(reports, O_CLOEXEC))
		without_session(FORK, errno, program);

	/* clone(2) as fork(2) with namespaces; glibc keeps no state that the child would miss. */
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, 0UL);
	if (pid < 0)
		without_session(NAMESPACES, errno, program);
	if (pid == 0) {
		close(go[1]);
		close(reports[0]);
		init(go[0], reports[1], program);
	}
	close(go[0]);
	close(reports[1]);

	error = write_maps(pid, &ids);
	if (error || write(go[1], &ids, sizeof ids) != sizeof ids) {
		kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		without_session(IDS, error ? error : EPIPE, program);
	}
	if (read_all(reports[0], &report, sizeof report) < 0) {
		report.stage = FORK;
		report.value = EIO;
	}
	if (report.stage != ENTERED) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		without_session(report.stage, report.value, program);
	}
	watch(pid, reports[0]);
}
