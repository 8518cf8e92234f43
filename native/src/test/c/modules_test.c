/* What modules.c leads elsewhere in a program that the loader started with it, from a folder made for that. */
#define _GNU_SOURCE
#include "check.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define GUESTS "/usr/bin/guests-own"

static char folder[] = "/tmp/modules-XXXXXX";

static const char *in_folder(const char *path)
{
	static char texts[4][PATH_MAX];
	static int next;
	char *text = texts[next++ % 4];

	snprintf(text, PATH_MAX, "%s%s", folder, path);
	return text;
}

/* Runs in the program that the loader started. */
static int led(void)
{
	char text[PATH_MAX] = "";
	char part[4];

	CHECK(readlink("/proc/self/exe", text, sizeof text) == sizeof GUESTS - 1 && !strcmp(text, GUESTS));
	CHECK(readlink("/proc/self/exe", part, sizeof part) == sizeof part && !memcmp(part, GUESTS, sizeof part));
	memset(text, 0, sizeof text);
	CHECK(readlink("/proc/self/cwd", text, sizeof text) > 0 && text[0] == '/');
	CHECK(readlink("/nowhere", text, sizeof text) < 0 && errno == ENOENT);
	void *module = dlopen(in_folder("/link/M.so"), RTLD_NOW);
	CHECK(module && dlsym(module, "dlopen"));
	CHECK(dlopen(NULL, RTLD_NOW));
	CHECK(dlopen("libc.so.6", RTLD_NOW));
	CHECK(!dlopen(in_folder("/guest/other.so"), RTLD_NOW) && strstr(dlerror(), "/guest/other.so"));
	CHECK(!dlopen("/nowhere/at-all.so", RTLD_NOW) && strstr(dlerror(), "/nowhere/at-all.so"));
	return failures;
}

static int run(const char *command, const char *path)
{
	char line[2 * PATH_MAX];

	snprintf(line, sizeof line, "%s '%s'", command, path);
	return system(line);
}

/* The guest has the module M.so, which is none for this machine, and knows it by a link to its folder. */
static void make(const char *loader, const char *self, const char *library)
{
	static const char *const FOLDERS[] = { "/ld", "/bin", "/exe", "/guest" };

	for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++)
		CHECK(!mkdir(in_folder(FOLDERS[i]), 0700));
	CHECK(!symlink(loader, in_folder("/ld/perl")));
	CHECK(!symlink(self, in_folder("/bin/p0")));
	CHECK(!symlink(GUESTS, in_folder("/exe/perl")));
	CHECK(!symlink(GUESTS, in_folder("/exe/p0")));
	CHECK(!symlink("guest", in_folder("/link")));
	CHECK(!run("echo M >", in_folder("/guest/M.so")) && !run("echo other >", in_folder("/guest/other.so")));
	char *guest = realpath(in_folder("/guest"), NULL);
	char mirrored[PATH_MAX];
	snprintf(mirrored, sizeof mirrored, "%s/m%s", folder, guest);
	CHECK(!run("mkdir -p", mirrored));
	strcat(mirrored, "/M.so");
	CHECK(!symlink(library, mirrored));
	free(guest);
}

static int is_loader(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	if (strstr(info->dlpi_name, "/ld-linux"))
		*(char **)data = strdup(info->dlpi_name);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "led")) {
		strcpy(folder, argv[2]);
		return led();
	}
	char *loader = NULL, *self = realpath("/proc/self/exe", NULL), *library = realpath(argv[1], NULL);

	dl_iterate_phdr(is_loader, &loader);
	CHECK(loader && self && library && mkdtemp(folder));
	if (failures)
		return 1;
	make(loader, self, library);
	pid_t child = fork();
	if (!child) {
		execl(in_folder("/ld/perl"), in_folder("/ld/perl"), "--preload", library, "--argv0", "perl",
		      in_folder("/bin/p0"), "led", folder, (char *)NULL);
		_exit(99);
	}
	int status;
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	CHECK(!run("rm -r", folder));
	if (!failures)
		puts("modules: all checks hold");
	return failures != 0;
}
