/* What runtime_call.c understands of command lines that builders and engines start runtimes with, under sanitizers. */
#include "check.h"
#include "runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Words are separated by single spaces. */
static struct runtime_call call(const char *line)
{
	static char text[512];
	char *words[64];
	int count = 0;

	snprintf(text, sizeof text, "%s", line);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		words[count++] = word;
	/* As long as it is, so that a look behind its end is seen. */
	char **exact = malloc(sizeof *exact * (size_t)(count ? count : 1));
	if (!exact)
		abort();
	memcpy(exact, words, sizeof *exact * (size_t)count);
	struct runtime_call result = runtime_call_of(count, exact);
	free(exact);
	return result;
}

static int creates(const char *line, const char *bundle, const char *id, int foreground)
{
	struct runtime_call found = call(line);

	return found.kind == RUNTIME_CREATES && !strcmp(found.bundle, bundle) && !strcmp(found.id, id) &&
	       found.foreground == foreground;
}

static int deletes(const char *line, const char *id)
{
	struct runtime_call found = call(line);

	return found.kind == RUNTIME_DELETES && !strcmp(found.id, id);
}

static void creations_are_known(void)
{
	/* buildah, conmon, containerd's shim, BuildKit, by hand. */
	CHECK(creates("/usr/bin/crun create --bundle /b --pid-file /b/pid c1", "/b", "c1", 0));
	CHECK(creates("runc --log-format=json --log /l/create --systemd-cgroup create --bundle /b --pid-file /p c1", "/b", "c1", 0));
	CHECK(creates("runc --root /run --log /l --log-format json create --bundle=/b --console-socket /s c1", "/b", "c1", 0));
	CHECK(creates("runc --log /l run --bundle /b --keep c1", "/b", "c1", 1));
	CHECK(creates("runc run -d -b /b c1", "/b", "c1", 0));
	CHECK(creates("crun --root run run c1", ".", "c1", 1));
	CHECK(creates("runc -root /r -debug create -bundle /b c1", "/b", "c1", 0));
}

static void deletions_are_known(void)
{
	CHECK(deletes("runc delete c1", "c1"));
	CHECK(deletes("crun --root=/r delete --force c1", "c1"));
}

static void others_are_left_alone(void)
{
	CHECK(call("").kind == RUNTIME_ELSE);
	CHECK(call("runc").kind == RUNTIME_ELSE);
	CHECK(call("runc create").kind == RUNTIME_ELSE);
	CHECK(call("runc run --help").kind == RUNTIME_ELSE);
	CHECK(call("runc --root").kind == RUNTIME_ELSE);
	CHECK(call("runc start create").kind == RUNTIME_ELSE);
	CHECK(call("runc exec c1 run").kind == RUNTIME_ELSE);
	CHECK(call("runc --version").kind == RUNTIME_ELSE);
}

/* No command line makes it look behind the end. */
static void any_words_do(void)
{
	static const char *const words[] = { "runc", "create", "run", "delete", "--bundle", "-b", "--root", "--", "-", "--bundle=", "x", "-d" };
	char line[256];

	srand(1);
	for (int round = 0; round < 100000; round++) {
		*line = '\0';
		for (int count = rand() % 8; count > 0; count--) {
			strcat(line, words[(size_t)rand() % (sizeof words / sizeof *words)]);
			strcat(line, " ");
		}
		struct runtime_call found = call(line);
		CHECK(found.bundle && found.id);
	}
}

int main(void)
{
	creations_are_known();
	deletions_are_known();
	others_are_left_alone();
	any_words_do();
	return failures != 0;
}
