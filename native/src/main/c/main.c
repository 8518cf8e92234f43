/*
 * anyarch [WORD...]: finds Java and starts anyarch in it, inside a session for the commands that need one. It is no
 * shell script because a shell changes the environment that exec's program has to get as it is.
 *
 * By other names:
 *   anyarch-session -- PROGRAM [ARG...]   PROGRAM in a session, without Java
 *   anyarch-init PROGRAM [ARG...]         process 1 of run's containers
 */
#define _GNU_SOURCE
#include "program.h"
#include "session.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int own_failure = 3; /* not possible on this machine; 125 where a program's own status is passed on */

static _Noreturn void fail(const char *what, const char *why)
{
	fprintf(stderr, "anyarch: %s%s%s\n", what, why ? ": " : "", why ? why : "");
	exit(own_failure);
}

static char *text(const char *format, const char *one, const char *two)
{
	char *result;

	if (asprintf(&result, format, one, two) < 0)
		fail("out of memory", NULL);
	return result;
}

/* The folder that has bin, lib and libexec. */
static char *own_home(const char *name)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

	if (length < 0 && realpath(name, path))
		length = (ssize_t)strlen(path);
	if (length < 0)
		fail("cannot find where it is installed, since /proc is not mounted", NULL);
	path[length] = '\0';
	for (int level = 0; level < 2; level++) {
		char *slash = strrchr(path, '/');

		if (slash)
			*slash = '\0';
	}
	if (strchr(path, ':'))
		fail("its folder has a colon in its path, which separates folders for Java; move it", path);
	return text("%s%s", path, "");
}

/* What libexec/find-java prints; it has said itself why when it finds none. */
static char *find_java(const char *home)
{
	char *program = text("%s%s", home, "/libexec/find-java"), path[PATH_MAX + 1];
	size_t length = 0;
	ssize_t got;
	int ends[2], status;

	if (pipe2(ends, O_CLOEXEC))
		fail("cannot make a pipe", strerror(errno));
	pid_t pid = fork();
	if (pid < 0)
		fail("cannot start a process", strerror(errno));
	if (pid == 0) {
		dup2(ends[1], 1);
		execl(program, "find-java", (char *)NULL);
		fail(program, strerror(errno));
	}
	close(ends[1]);
	while ((got = read(ends[0], path + length, sizeof path - 1 - length)) > 0)
		length += (size_t)got;
	close(ends[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	path[length] = '\0';
	path[strcspn(path, "\n")] = '\0';
	if (status || !*path)
		exit(own_failure);
	free(program);
	return text("%s%s", path, "");
}

static int is_jar(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 4 && !strcmp(entry->d_name + length - 4, ".jar");
}

static char *class_path(const char *home)
{
	char *folder = text("%s%s", home, "/lib"), *path = text("%s%s", "", "");
	struct dirent **jars;
	int count = scandir(folder, &jars, is_jar, alphasort);

	if (count <= 0)
		fail("not complete, there are no jars", folder);
	for (int i = 0; i < count; i++) {
		char *jar = text("%s/%s", folder, jars[i]->d_name);
		char *longer = text(*path ? "%s:%s" : "%s%s", path, jar);

		free(path);
		free(jar);
		free(jars[i]);
		path = longer;
	}
	free(jars);
	free(folder);
	return path;
}

/* The ahead-of-time cache belongs to one build of Java; another one passes it over. */
static char *cache_option(const char *home, const char *file)
{
	const char *output = getenv("ANYARCH_AOT_OUTPUT");
	char *path = text("%s/lib/%s", home, file);

	if (output && *output)
		return text("%s%s", "-XX:AOTCacheOutput=", output);
	return access(path, R_OK) ? text("%s%s", "-Xshare:auto", "") : text("%s%s", "-XX:AOTCache=", path);
}

static void environment_of_java(void)
{
	size_t count = 0;
	const char *locale = getenv("LC_ALL");

	while (environ[count])
		count++;
	char **copy = calloc(count + 1, sizeof *copy);
	if (!copy)
		fail("out of memory", NULL);
	memcpy(copy, environ, count * sizeof *copy);
	environ = copy;
	/* Java decodes file names by the locale; in any but a UTF-8 one it could not name half of an image's files. */
	if (locale)
		setenv("ANYARCH_LC_ALL", locale, 1);
	else
		unsetenv("ANYARCH_LC_ALL");
	setenv("LC_ALL", "C.UTF-8", 1);
	/* Meant for other programs, and Java would answer each with a line of its own. */
	unsetenv("JAVA_TOOL_OPTIONS");
	unsetenv("JDK_JAVA_OPTIONS");
	unsetenv("_JAVA_OPTIONS");
}

struct line {
	char **words;
	size_t count;
};

static void add(struct line *line, const char *word)
{
	line->words[line->count++] = (char *)word;
}

static int is(const char *word, const char *name)
{
	return word && !strcmp(word, name);
}

/*
 * Whether --handlers=host is among the options: it has to be known before there is a session. A word that follows an
 * option without = may be its value, or the first word of another program; Java, which knows, then says what is wrong.
 */
static int wants_host_handlers(char **words)
{
	int wanted = 0;

	for (char **word = words; *word && strcmp(*word, "--"); word++) {
		if (!strcmp(*word, "--handlers") && word[1])
			wanted = !strcmp(word[1], "host");
		else if (!strncmp(*word, "--handlers=", 11))
			wanted = !strcmp(*word + 11, "host");
		else if (**word != '-' && word > words && (word[-1][0] != '-' || strchr(word[-1], '=')))
			break;
	}
	return wanted;
}

static _Noreturn void launch(int argc, char **argv, struct caller *caller)
{
	const char *command = argc > 1 ? argv[1] : NULL;
	int build = is(command, "build"), run = is(command, "run"), exec = is(command, "exec"), show = is(command, "show-twins");
	int install = (is(command, "host") && argc > 2 && is(argv[2], "install")) || is(command, "--install");
	int warm_up = is(command, "warm-up") && argc > 2;
	char here[PATH_MAX];

	if (run || exec)
		own_failure = 125;
	/* Java does not start in a folder that is gone; exec's program is taken back to it. */
	if (!getcwd(here, sizeof here)) {
		if (!exec)
			fail("the working folder is not there any more; cd to another one", NULL);
		caller->folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (chdir("/"))
			fail("cannot leave the working folder", strerror(errno));
	}
	char *home = own_home(argv[0]);
	environment_of_java();
	struct line line = { calloc(32 + (size_t)argc, sizeof(char *)), 0 };
	if (!line.words)
		fail("out of memory", NULL);
	add(&line, find_java(home));
	add(&line, "-XX:+UseSerialGC");
	/* Short commands are over before the optimising compiler would pay; digests of whole images and emulators are not. */
	add(&line, build || install ? "-XX:+TieredCompilation" : "-XX:TieredStopAtLevel=1");
	/* What this run compiles, later ones compile at their start, and not better: digests are to be optimised when it comes to that. */
	if (warm_up) {
		add(&line, "-XX:CompileCommand=quiet");
		add(&line, "-XX:CompileCommand=exclude,sun.security.provider.*::*");
	}
	/* A build's Java is over within seconds, its hot loops are few: with the usual thresholds a third of its time would go into optimising. */
	if (build) {
		add(&line, "-XX:Tier4InvocationThreshold=50000");
		add(&line, "-XX:Tier4MinInvocationThreshold=6000");
		add(&line, "-XX:Tier4CompileThreshold=150000");
		add(&line, "-XX:Tier4BackEdgeThreshold=400000");
	}
	add(&line, cache_option(home, build || run || show ? "build.aot" : "anyarch.aot"));
	add(&line, "-Xlog:disable");
	add(&line, "-Xlog:all=error:stderr");
	add(&line, "-Xlog:aot=off");
	add(&line, "-Xlog:cds=off");
	add(&line, "-XX:-MaxFDLimit");
	/* What stays for months takes no more memory than it needs. */
	if (is(command, "host") && argc > 2 && is(argv[2], "keep")) {
		add(&line, "-Xmx24m");
		add(&line, "-XX:ReservedCodeCacheSize=8m");
	} else {
		/* By itself Java takes a part of the machine's memory, more than a gigabyte where there is much; and with 128 GB
		 * its pointers no longer fit the ahead-of-time cache, which it would then say and do without. */
		add(&line, "-Xms128m");
		add(&line, "-Xmx2g");
	}
	/* Its file would be shared by all sessions, and lie on the host. */
	add(&line, "-XX:-UsePerfData");
	/* exec has nothing to clean up: a signal ends it as it ends any program. */
	if (exec)
		add(&line, "-Xrs");
	add(&line, text("%s%s", "-Danyarch.home=", home));
	add(&line, "--enable-native-access=ALL-UNNAMED");
	add(&line, "-cp");
	add(&line, class_path(home));
	add(&line, "org.anyarch.cli.Main");
	for (int i = 1; i < argc; i++)
		add(&line, argv[i]);
	caller->host_handlers = argc > 2 && wants_host_handlers(argv + 2);
	if (build || run || exec || is(command, "cache") || warm_up)
		session(line.words, caller);
	start(line.words);
}

int main(int argc, char **argv)
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	const char *name = argc > 0 ? (slash ? slash + 1 : argv[0]) : "";

	/* A JVM without one of these gives the next file that it opens to the program in its place. */
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return 2;
	struct caller caller = { environ, -1, 0 };

	if (!strcmp(name, "anyarch-init") && argc > 1)
		container_init(argv + 1);
	if (!strcmp(name, "anyarch-session")) {
		if (argc < 3 || strcmp(argv[1], "--")) {
			fprintf(stderr, "usage: anyarch-session -- PROGRAM [ARG...]\n");
			return 2;
		}
		session(argv + 2, &caller);
	}
	launch(argc, argv, &caller);
}
