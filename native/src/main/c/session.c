/*
 * A session: a user, mount and PID namespace in which a program is root and in which /proc/sys/fs/binfmt_misc is an
 * instance that belongs to nobody else (Linux 6.7). It is C because a JVM has threads before main() and the kernel
 * refuses CLONE_NEWUSER to a process with threads.
 *
 * Three processes:
 *   outer  the one that was started; stays in the caller's namespaces, writes the id maps, passes signals
 *          on and ends as main ended
 *   init   PID 1 of the session; reaps, passes signals on; when it ends, the kernel kills the rest
 *   main   the preparer (Java), and after it what the preparer asks to be started in its place
 * init dies with outer (PR_SET_PDEATHSIG), so nothing can be left behind, not even by kill -9.
 *
 * ANYARCH_SESSION in the preparer's environment says what was reached:
 *   "entered ids=all|subids|single proc=own|inherited handlers=private start=FD"
 *   "entered ids=... proc=... handlers=host STAGE ERRNO start=FD": there is no instance of its own, for the reason that
 *   STAGE and ERRNO give (asked 0: nobody wanted one), so what runs foreign programs is what the host has registered
 *   "failed STAGE ERRNO": there is no session, the preparer runs as if it had been started directly and is
 *   the one to tell the user; stages: namespaces, ids, identity, mounts, binfmt_misc, fork
 *
 * A preparer that writes a decimal N to FD and ends with status 0 has prepared the session for a program: its
 * own last N words are started as main then, with the caller's arguments, environment, folder, descriptors and signal
 * dispositions to the byte.
 */
#define _GNU_SOURCE
#include "session.h"

#include "idmap.h"
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BINFMT_MISC "/proc/sys/fs/binfmt_misc"

enum stage { NAMESPACES, IDS, IDENTITY, MOUNTS, BINFMT, FORK, ENTERED, STOPPED, ENDED };

static const char *const stage_names[] = { "namespaces", "ids", "identity", "mounts", "binfmt_misc", "fork" };
static const char *const ids_names[] = { "all", "subids", "single" };

/* What init tells outer: first ENTERED or where it failed, then STOPPED at times, last ENDED with main's wait status. */
struct report {
	enum stage stage;
	int value;
};

/*
 * Main may name another process to pass signals on to, by sigqueue(3) with this signal and the pid as value: a JVM
 * that waits for a container's runtime cannot pass a signal on without knowing which one it was.
 */
enum { REDIRECT = 63 };

/*
 * By this one, with the signal's number as value, outer tells init what to pass on. The last of all, since the kernel
 * delivers the lowest number first: init's own copy of a signal has to come before it.
 */
enum { FORWARD = 64 };

/*
 * What is sent to the whole process group reaches outer, init and main each by itself. init sees its own copy first:
 * the kernel begins with the youngest member. A forward that comes this soon behind it is of a signal main has.
 */
static const int64_t SAME_SIGNAL_NS = 200000000;

static struct {
	sigset_t mask;
	struct sigaction child;
	const struct caller *rest;
} callers;

/* Where handlers come from: the session's own binfmt_misc, or the host's, and then why. */
struct handlers {
	int hosts;
	const char *stage;
	int error;
};

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
	for (int signal = 1; signal <= SIGRTMAX; signal++)
		if (is_passed_on(signal) || signal == REDIRECT || signal == FORWARD)
			sigaddset(&set, signal);
	return set;
}

/*
 * Whether a signal that the kernel itself sent is for main too, which has no copy: at the end of a terminal only the
 * session's leader is told, and a timer is its owner's alone.
 */
static int is_ours_alone(const siginfo_t *info)
{
	return info->si_signo == SIGALRM || (info->si_signo == SIGHUP && getsid(0) == getpid());
}

/* What a process holds open, others wait for the end of: pipes, locks. */
static void let_go_of_all_but(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int standard = 0; null >= 0 && standard <= 2; standard++)
		dup2(null, standard);
	if (fd > 3)
		syscall(SYS_close_range, 3U, (unsigned)fd - 1, 0U);
	syscall(SYS_close_range, (unsigned)fd + 1, ~0U, 0U);
	if (chdir("/"))
		return; /* then the folder stays busy; nothing else comes of it */
}

static int mount_binfmt_misc(void)
{
	/* Loads the module where it is one; the mount point exists only from then on. */
	int fs = (int)syscall(SYS_fsopen, "binfmt_misc", 1 /* FSOPEN_CLOEXEC */);

	if (fs < 0 && errno == ENODEV)
		return ENODEV;
	if (fs >= 0)
		close(fs);
	return mount("binfmt_misc", BINFMT_MISC, "binfmt_misc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) ? errno : 0;
}

static int mount_all(int *own_proc, struct handlers *handlers)
{
	/* Slave, not private: what the host unmounts must not be held by us; nothing of ours goes back. */
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
		return errno;
	/* Looking at a file of it brings it up where it waits for that (autofs). */
	int hosts = access(BINFMT_MISC "/status", F_OK) ?
			    -1 :
			    (int)syscall(SYS_open_tree, AT_FDCWD, BINFMT_MISC, 1 /* OPEN_TREE_CLONE */ | O_CLOEXEC);
	/*
	 * Refused where the caller's own /proc is partly hidden (most containers). The caller's /proc shows
	 * our processes as well, under its own numbers.
	 */
	*own_proc = !mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	if (!handlers->hosts) {
		handlers->error = mount_binfmt_misc();
		handlers->hosts = handlers->error != 0;
	}
	/* The new /proc hides it. */
	if (handlers->hosts && *own_proc && hosts >= 0)
		syscall(SYS_move_mount, hosts, "", AT_FDCWD, BINFMT_MISC, 4 /* MOVE_MOUNT_F_EMPTY_PATH */);
	if (hosts >= 0)
		close(hosts);
	return 0;
}

static _Noreturn void start_preparer(int start_pipe[2], const char *said, char **preparer)
{
	char text[128];

	/* What is made in images must not depend on who builds them; the program that comes after has the caller's. */
	umask(022);
	fcntl(start_pipe[1], F_SETFD, 0);
	snprintf(text, sizeof text, "%s start=%d", said, start_pipe[1]);
	setenv("ANYARCH_SESSION", text, 1);
	sigprocmask(SIG_SETMASK, &callers.mask, NULL);
	start(preparer);
}

static _Noreturn void start_prepared(char **program)
{
	environ = callers.rest->environment;
	if (callers.rest->folder >= 0 && fchdir(callers.rest->folder)) {
		fprintf(stderr, "anyarch: cannot go back to the working folder: %s\n", strerror(errno));
		_exit(126);
	}
	sigaction(SIGCHLD, &callers.child, NULL);
	sigprocmask(SIG_SETMASK, &callers.mask, NULL);
	start(program);
}

/* The words that main, which has ended, wants started in its place; NULL if none. */
static char **prepared(int start_pipe, char **preparer)
{
	char text[16] = "", *end;
	size_t words = 0;

	if (read(start_pipe, text, sizeof text - 1) <= 0)
		return NULL;
	unsigned long wanted = strtoul(text, &end, 10);
	while (preparer[words])
		words++;
	return end != text && wanted >= 1 && wanted < words ? preparer + (words - wanted) : NULL;
}

/* Only a process: 0, -1 and negative numbers mean whole groups to kill(2). */
static pid_t redirected(const siginfo_t *info, pid_t main_pid)
{
	intptr_t pid = (intptr_t)info->si_value.sival_ptr;

	return pid > 1 && pid < INT32_MAX ? (pid_t)pid : main_pid;
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Main and its orphans, as they end; returns when main has ended for good. */
struct mains {
	pid_t main, target;
	int start_pipe, reports;
	char **preparer;
};

static void reap(struct mains *mains)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		if (pid != mains->main)
			continue;
		if (WIFSTOPPED(status)) {
			/* The terminal's stop signals have reached outer by themselves. */
			if (WSTOPSIG(status) == SIGSTOP)
				tell(mains->reports, STOPPED, 0);
			continue;
		}
		char **next = status == 0 && mains->start_pipe >= 0 ? prepared(mains->start_pipe, mains->preparer) : NULL;
		if (!next) {
			tell(mains->reports, ENDED, status);
			_exit(0);
		}
		mains->main = fork();
		if (mains->main == 0)
			start_prepared(next);
		if (mains->main < 0) {
			fprintf(stderr, "anyarch: cannot start a process: %s\n", strerror(errno));
			tell(mains->reports, ENDED, W_EXITCODE(126, 0));
			_exit(0);
		}
		mains->target = mains->main;
		mains->start_pipe = -1;
		let_go_of_all_but(mains->reports);
	}
}

static _Noreturn void serve(struct mains *mains, sigset_t *set)
{
	int64_t own_copy[_NSIG] = { 0 };

	for (;;) {
		siginfo_t info;
		int signal = sigwaitinfo(set, &info);

		if (signal == SIGCHLD) {
			reap(mains);
		} else if (signal == REDIRECT && info.si_code == SI_QUEUE && info.si_pid == mains->main) {
			mains->target = redirected(&info, mains->main);
		} else if (signal == FORWARD && info.si_code == SI_QUEUE && info.si_pid == 0) {
			/* Pid 0: sent from outside the session, so by outer. */
			int wanted = info.si_value.sival_int;

			if (is_passed_on(wanted) && (!own_copy[wanted] || now() - own_copy[wanted] > SAME_SIGNAL_NS))
				kill(mains->target, wanted);
		} else if (signal > 0 && signal < _NSIG && info.si_code <= 0) {
			own_copy[signal] = now();
		}
	}
}

static _Noreturn void init(int go, int reports, struct handlers handlers, char **preparer)
{
	sigset_t set = waited_for();
	struct mains mains = { .reports = reports, .preparer = preparer };
	enum ids ids;
	int own_proc = 0, start_pipe[2], error;
	char said[96], why[48] = "private";

	/* Outer writes once the maps are there and keeps its end open; end of file: it is dead. */
	if (read_all(go, &ids, sizeof ids) < 0)
		_exit(1);
	if (setresgid(0, 0, 0) || setresuid(0, 0, 0)) {
		tell(reports, IDENTITY, errno);
		_exit(1);
	}
	/* After the ids, since a change of them clears it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Whoever signals processes by name means outer. */
	prctl(PR_SET_NAME, "anyarch-init");
	/* Dead already? Then its end of the pipe is closed, and the signal will never come. */
	struct pollfd outer = { .fd = go, .events = POLLIN };
	if (poll(&outer, 1, 0) < 0 || outer.revents & POLLHUP)
		_exit(1);
	close(go);
	error = mount_all(&own_proc, &handlers);
	if (error) {
		tell(reports, MOUNTS, error);
		_exit(1);
	}
	if (handlers.hosts)
		snprintf(why, sizeof why, "host %s %d", handlers.stage, handlers.error);
	snprintf(said, sizeof said, "entered ids=%s proc=%s handlers=%s", ids_names[ids], own_proc ? "own" : "inherited", why);

	sigprocmask(SIG_BLOCK, &set, NULL);
	/* Read after main has ended, so nonblocking: what main left running may keep the other end open. */
	mains.main = pipe2(start_pipe, O_CLOEXEC | O_NONBLOCK) ? -1 : fork();
	if (mains.main < 0) {
		tell(reports, FORK, errno);
		_exit(1);
	}
	if (mains.main == 0)
		start_preparer(start_pipe, said, preparer);
	close(start_pipe[1]);
	mains.start_pipe = start_pipe[0];
	mains.target = mains.main;
	tell(reports, ENTERED, 0);
	serve(&mains, &set);
}

static _Noreturn void watch(pid_t init_pid, int reports)
{
	sigset_t set = waited_for();
	struct report report;
	int status, main_status = -1;

	/* A report makes itself heard by SIGIO. */
	sigaddset(&set, SIGIO);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fcntl(reports, F_SETOWN, getpid());
	fcntl(reports, F_SETFL, O_ASYNC | O_NONBLOCK);
	let_go_of_all_but(reports);
	for (;;) {
		siginfo_t info;
		int signal = sigwaitinfo(&set, &info);

		if (signal == SIGCHLD || signal == SIGIO) {
			/* Init is gone when all of the session is, and the pipe then has all that it ever said. */
			int ended = waitpid(init_pid, &status, WNOHANG) == init_pid;

			while (read(reports, &report, sizeof report) == sizeof report) {
				if (report.stage == ENDED)
					main_status = report.value;
				if (report.stage == STOPPED)
					raise(SIGSTOP);
			}
			if (ended)
				end_like(main_status < 0 ? status : main_status);
		} else if (signal > 0 && (info.si_code <= 0 || is_ours_alone(&info))) {
			sigqueue(init_pid, FORWARD, (union sigval){ .sival_int = signal });
		}
	}
}

static _Noreturn void without_session(enum stage stage, int error, char **preparer)
{
	char said[64];

	snprintf(said, sizeof said, "failed %s %d", stage_names[stage], error);
	setenv("ANYARCH_SESSION", said, 1);
	sigprocmask(SIG_SETMASK, &callers.mask, NULL);
	start(preparer);
}

/* clone(2) as fork(2) with namespaces; glibc keeps no state that the child would miss. */
static pid_t fork_with(int namespaces)
{
	return (pid_t)syscall(SYS_clone, namespaces | SIGCHLD, NULL, NULL, NULL, 0UL);
}

_Noreturn void session(char **preparer, const struct caller *caller)
{
	int go[2], reports[2], status, error;
	enum ids ids;
	struct report report;

	callers.rest = caller;
	/* Blocked before there is a child, so that no signal falls into the gap before init waits for it. */
	sigset_t set = waited_for();
	sigprocmask(SIG_BLOCK, &set, &callers.mask);
	/* An ignored SIGCHLD would reap init before we can. */
	sigaction(SIGCHLD, &(struct sigaction){ .sa_handler = SIG_DFL }, &callers.child);
	if (pipe2(go, O_CLOEXEC) || pipe2(reports, O_CLOEXEC))
		without_session(FORK, errno, preparer);

	struct handlers handlers = { caller->host_handlers, "asked", 0 };
	int own_user_namespace = 1;
	pid_t pid = fork_with(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID);
	if (pid < 0 && geteuid() == 0) {
		/* Root needs none for the mounts; only a binfmt_misc of its own cannot be had without. */
		struct handlers refused = { 1, stage_names[NAMESPACES], errno };

		handlers = caller->host_handlers ? handlers : refused;
		own_user_namespace = 0;
		pid = fork_with(CLONE_NEWNS | CLONE_NEWPID);
		if (pid < 0)
			without_session(NAMESPACES, refused.error, preparer);
	}
	if (pid < 0)
		without_session(NAMESPACES, errno, preparer);
	if (pid == 0) {
		close(go[1]);
		close(reports[0]);
		if (handlers.hosts == 0)
			handlers.stage = stage_names[BINFMT];
		init(go[0], reports[1], handlers, preparer);
	}
	close(go[0]);
	close(reports[1]);

	ids = IDS_ALL;
	error = own_user_namespace ? write_maps(pid, &ids) : 0;
	if (error || write(go[1], &ids, sizeof ids) != sizeof ids) {
		kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		without_session(IDS, error ? error : EPIPE, preparer);
	}
	if (read_all(reports[0], &report, sizeof report) < 0) {
		report.stage = FORK;
		report.value = EIO;
	}
	if (report.stage != ENTERED) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		without_session(report.stage, report.value, preparer);
	}
	watch(pid, reports[0]);
}

_Noreturn void container_init(char **program)
{
	sigset_t set = waited_for(), mask;

	sigprocmask(SIG_BLOCK, &set, &mask);
	signal(SIGCHLD, SIG_DFL);
	pid_t child = fork(), pid;
	if (child < 0) {
		fprintf(stderr, "anyarch: cannot start a process: %s\n", strerror(errno));
		_exit(126);
	}
	if (child == 0) {
		sigprocmask(SIG_SETMASK, &mask, NULL);
		start(program);
	}
	for (;;) {
		siginfo_t info;
		int signal = sigwaitinfo(&set, &info), status;

		if (signal == SIGCHLD) {
			while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
				if (pid == child)
					_exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
		} else if (signal > 0 && (info.si_code <= 0 ? info.si_pid == 0 : is_ours_alone(&info))) {
			/* Pid 0: from outside the container. What comes from inside, the child has itself. */
			kill(child, signal);
		}
	}
}
