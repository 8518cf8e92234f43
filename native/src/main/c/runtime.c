/*
 * What stands before an OCI runtime in a session of `exec`: for a container that is about to be created it has native
 * twins made ready and shown in a copy of the bundle's configuration, and then becomes the real runtime, with the same words,
 * environment and descriptors. Whatever fails on the way, the container runs without twins; with ANYARCH_DEBUG set,
 * one line says why.
 *
 *   anyarch-runtime FOLDER LAUNCHER RUNTIME...
 * puts copies of itself before runtimes, by mounts in this mount namespace; FOLDER is an empty one to mount over. It is
 * done here and not in Java because a JVM's first system call of its own costs as much as all the rest of `exec`.
 *
 * A copy knows from the end of its own file where that folder is, and the real runtime. In the folder are
 *   anyarch       the launcher
 *   environment   that of exec's caller, each variable ended by a zero byte
 *   containers/   a FIFO for each container with twins: who made them ready reads it, and ends when something comes
 */
#define _GNU_SOURCE
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
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime.h"

static char folder[PATH_MAX], real[PATH_MAX];

/* Nobody waits longer for twins, nor for the end of who made them ready. */
enum { READY_MS = 30000, GONE_MS = 5000 };

__attribute__((format(printf, 1, 2))) static void debug(const char *format, ...)
{
	va_list arguments;

	if (!getenv("ANYARCH_DEBUG"))
		return;
	va_start(arguments, format);
	fputs("anyarch: native twins: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
}

/* Whether something of ours ends the file. */
static int read_place(const char *path, struct runtime_place *place)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t end = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	int whole = end > (off_t)sizeof *place &&
		    pread(fd, place, sizeof *place, end - (off_t)sizeof *place) == sizeof *place &&
		    !memcmp(place->magic, RUNTIME_MAGIC, sizeof place->magic);

	if (fd >= 0)
		close(fd);
	return whole;
}

static char **read_environment(void)
{
	char path[PATH_MAX + 16];
	struct stat stat;

	snprintf(path, sizeof path, "%s/environment", folder);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &stat))
		return NULL;
	size_t size = (size_t)stat.st_size, count = 0;
	char *text = calloc(size + 1, 1), **variables = calloc(size + 1, sizeof *variables);
	if (text && variables && read(fd, text, size) == (ssize_t)size)
		for (size_t at = 0; at < size; at += strlen(text + at) + 1)
			variables[count++] = text + at;
	close(fd);
	return variables;
}

/* In a process of its own, which belongs to nobody that waits for all of its children. */
static _Noreturn void make_ready(const char *bundle, int waits, int said)
{
	char launcher[PATH_MAX + 16];
	char **environment = read_environment();
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	snprintf(launcher, sizeof launcher, "%s/anyarch", folder);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	umask(022);
	/* A folder that somebody is in stays busy. */
	if (chdir("/") || null < 0 || dup2(waits, 0) < 0 || dup2(said, 1) < 0 || dup2(null, 2) < 0 || !environment)
		_exit(1);
	syscall(SYS_close_range, 3U, ~0U, 0U);
	execve(launcher, (char *[]){ launcher, (char *)"show-twins", (char *)bundle, NULL }, environment);
	_exit(1);
}

static void start(const char *bundle, int foreground, int waits, int said)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (setsid() < 0)
			_exit(1);
		/* A runtime in the foreground removes the container itself: with it ends what was made ready. */
		if (foreground) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			make_ready(bundle, waits, said);
		}
		/* An orphan has nobody who is surprised by it. */
		if (fork() == 0)
			make_ready(bundle, waits, said);
		_exit(0);
	}
	if (pid > 0 && !foreground)
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
}

/* Milliseconds of the clock that nobody sets. */
static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

/* The configuration with twins; NULL if there are none. */
static const char *await(int said)
{
	static char line[PATH_MAX + 16];
	size_t length = 0;
	long long end = now() + READY_MS;

	while (length < sizeof line - 1 && (!length || line[length - 1] != '\n')) {
		struct pollfd ready = { .fd = said, .events = POLLIN };
		long long left = end - now();

		if (left <= 0 || (poll(&ready, 1, (int)left) < 0 && errno != EINTR))
			break;
		if (!ready.revents)
			continue;
		ssize_t got = read(said, line + length, 1);
		if (got == 0 || (got < 0 && errno != EINTR))
			break;
		length += got > 0;
	}
	line[length] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (!strncmp(line, "ok /", 4))
		return line + 3;
	debug("%s", now() >= end ? "it takes too long" : *line ? line : "it failed");
	return NULL;
}

/* For this process and the container alone: the bundle is somebody's, who may use it again without us. */
static void show(const char *config, const char *bundle)
{
	char *theirs;

	if (asprintf(&theirs, "%s/config.json", bundle) < 0)
		return;
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) ||
	    mount(config, theirs, NULL, MS_BIND, NULL))
		debug("%s: %s", theirs, strerror(errno));
	free(theirs);
}

static int fifo_of(const char *id, char *path, size_t size)
{
	return *id && *id != '.' && !strchr(id, '/') &&
	       snprintf(path, size, "%s/containers/%s", folder, id) < (int)size;
}

static void create(const struct runtime_call *call)
{
	char bundle[PATH_MAX], fifo[PATH_MAX + NAME_MAX + 16];
	int said[2];

	if (!realpath(call->bundle, bundle) || !fifo_of(call->id, fifo, sizeof fifo)) {
		debug("there is no bundle %s, or its container has no name", call->bundle);
		return;
	}
	unlink(fifo);
	/* Open for both, so that it neither waits for another end now nor sees one go. */
	int waits = mkfifo(fifo, 0600) ? -1 : open(fifo, O_RDWR | O_CLOEXEC);
	if (waits < 0 || pipe2(said, O_CLOEXEC)) {
		debug("%s: %s", fifo, strerror(errno));
		return;
	}
	start(bundle, call->foreground, waits, said[1]);
	close(waits);
	close(said[1]);
	const char *config = await(said[0]);
	close(said[0]);
	if (config)
		show(config, bundle);
}

/* What the twins' folder is mounted from must not be held when the caller unmounts the container's root. */
static void let_go(const char *id)
{
	char fifo[PATH_MAX + NAME_MAX + 16];
	int fd = fifo_of(id, fifo, sizeof fifo) ? open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	unlink(fifo);
	struct pollfd gone = { .fd = fd };
	struct sigaction before;
	/* It may be going by itself; the runtime is to have the caller's dispositions. */
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, &before);
	/* Its end is seen as that of the last reader. */
	if (write(fd, "", 1) == 1 && poll(&gone, 1, GONE_MS) == 0)
		debug("those of %s are still there", id);
	sigaction(SIGPIPE, &before, NULL);
	close(fd);
}

static _Noreturn void fail(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	exit(1);
}

static void write_all(const char *path, int mode, const void *data, size_t size, const void *more, size_t more_size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size || write(fd, more, more_size) != (ssize_t)more_size ||
	    fchmod(fd, (mode_t)mode) || close(fd))
		fail(path);
}

static char *path_of(const char *format, const char *in, const char *name)
{
	char *path;

	if (asprintf(&path, format, in, name) < 0)
		fail(in);
	return path;
}

/* The folder in memory, unless a session around this one has made it. */
static void make_folder(const char *in, const char *launcher)
{
	char *text = NULL;
	size_t size = 0;

	if (!access(path_of("%s/%s", in, "anyarch"), F_OK))
		return;
	/* Programs of other users may start runtimes; the environment is not theirs to see. */
	if (mount("anyarch", in, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") ||
	    mkdir(path_of("%s/%s", in, "containers"), 0700))
		fail(in);
	FILE *variables = open_memstream(&text, &size);
	for (char **one = environ; variables && *one; one++)
		fwrite(*one, 1, strlen(*one) + 1, variables);
	if (!variables || fclose(variables))
		fail(in);
	write_all(path_of("%s/%s", in, "environment"), 0600, text, size, "", 0);
	if (symlink(launcher, path_of("%s/%s", in, "anyarch")))
		fail(launcher);
}

static void put_before(const char *runtime, const char *in, const void *program, size_t size)
{
	struct runtime_place place = { .magic = RUNTIME_MAGIC };
	char *own = path_of("%s/%s", in, "XXXXXX");
	const char *name = strrchr(runtime, '/');

	/* A session within a session inherits what is mounted. */
	if (!name || read_place(runtime, &place))
		return;
	memcpy(place.magic, RUNTIME_MAGIC, sizeof place.magic);
	if (!mkdtemp(own) || chmod(own, 0755))
		fail(own);
	char *kept = path_of("%s%s", own, name), *before = path_of("%s/%s", own, "before");
	if (snprintf(place.folder, sizeof place.folder, "%s", in) >= (int)sizeof place.folder ||
	    snprintf(place.real, sizeof place.real, "%s", kept) >= (int)sizeof place.real) {
		errno = ENAMETOOLONG;
		fail(kept);
	}
	write_all(before, 0755, program, size, &place, sizeof place);
	write_all(kept, 0600, "", 0, "", 0);
	if (mount(runtime, kept, NULL, MS_BIND, NULL) || mount(before, runtime, NULL, MS_BIND, NULL))
		fail(runtime);
}

static int put_before_all(int argc, char **argv)
{
	struct stat stat;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	if (argc < 4) {
		fprintf(stderr, "usage: anyarch-runtime FOLDER LAUNCHER RUNTIME...\n");
		return 2;
	}
	umask(022);
	if (fd < 0 || fstat(fd, &stat))
		fail("/proc/self/exe");
	size_t size = (size_t)stat.st_size;
	void *program = malloc(size);
	if (!program || read(fd, program, size) != (ssize_t)size)
		fail("/proc/self/exe");
	make_folder(argv[1], argv[2]);
	for (int i = 3; i < argc; i++)
		put_before(argv[i], argv[1], program, size);
	return 0;
}

int main(int argc, char **argv)
{
	struct runtime_place place;

	if (!read_place("/proc/self/exe", &place))
		return put_before_all(argc, argv);
	struct runtime_call call = runtime_call_of(argc, argv);
	snprintf(folder, sizeof folder, "%.*s", (int)sizeof place.folder - 1, place.folder);
	snprintf(real, sizeof real, "%.*s", (int)sizeof place.real - 1, place.real);
	if (call.kind == RUNTIME_CREATES)
		create(&call);
	else if (call.kind == RUNTIME_DELETES)
		let_go(call.id);
	execv(real, argv);
	fprintf(stderr, "anyarch: cannot start %s: %s\n", real, strerror(errno));
	return 127;
}
