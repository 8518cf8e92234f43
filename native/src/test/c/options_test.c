/* Which arguments of options.c make a program be emulated. */
#include "options.h"
#include "twins.h"

#include <stdio.h>
#include <string.h>

static int failures;

/* @param own the option that the words have, or null */
static void check(uint32_t flags, const char *own, const char *words, long plugin)
{
	char text[256];
	char *arguments[16];
	long count = 0;

	strcpy(text, words);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		arguments[count++] = word;
	const char *found = own_option(flags, count, arguments);
	if ((found ? !own || strcmp(found, own) : own != NULL) || plugin_argument(count, arguments) != plugin) {
		fprintf(stderr, "not so: %u %s\n", flags, words);
		failures++;
	}
}

static void check_script(long script, const char *words)
{
	char text[256];
	char *arguments[16];
	long count = 0;

	strcpy(text, words);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		arguments[count++] = word;
	if (script_argument(count, arguments) != script) {
		fprintf(stderr, "not so: perl %s\n", words);
		failures++;
	}
}

int main(void)
{
	check_script(0, "/usr/bin/x");
	check_script(0, "x -w -e 1");
	check_script(1, "-w x --all");
	check_script(2, "-w -T ./x y");
	check_script(1, "-wT x");
	check_script(-1, "");
	check_script(-1, "-w");
	check_script(-1, "- x");
	check_script(-1, "-- x");
	check_script(-1, "-e 1 x");
	check_script(-1, "-we 1 x");
	check_script(-1, "-MX x");
	check_script(-1, "-w -I/x x");
	check(TWIN_COMPILER, NULL, "-quiet -O2 -Wall --param=x a.c -auxbase a -o a.s", -1);
	check(TWIN_COMPILER, "-fplugin=x.so", "a.c -fplugin=x.so", -1);
	check(TWIN_COMPILER, "-version", "-quiet -version", -1);
	check(TWIN_COMPILER, "@more", "a.c @more", -1);
	check(TWIN_DRIVER, "x.h", "x.h -o x.h.gch", -1);
	check(TWIN_DRIVER, "c++-header", "-x c++-header x -o x.gch", -1);
	check(TWIN_DRIVER, "-fdump-rtl-expand=rtl", "-O2 -fdump-rtl-expand=rtl -c a.c", -1);
	check(TWIN_DRIVER, "-xc-header", "-xc-header x", -1);
	check(TWIN_DRIVER, "-v", "-v -c a.c", -1);
	check(TWIN_DRIVER, "@more", "-c a.c @more", -1);
	check(TWIN_DRIVER, NULL, "-O2 -g -c a.c -o a.o", -1);
	check(TWIN_OBJECT_TOOL, NULL, "-plugin /lto.so -plugin-opt=x --plugin-opt=y -pie -p --push-state a.o", 1);
	check(TWIN_OBJECT_TOOL, NULL, "--plugin /lto.so rcs a.a a.o", 1);
	check(TWIN_OBJECT_TOOL, "-plugin", "-plugin /lto.so -plugin /other.so", 1);
	check(TWIN_OBJECT_TOOL, "--plugin", "a.o --plugin", -1);
	for (int length = 3; length < 8; length++) {
		char words[16];

		sprintf(words, "%.*s", length, "--plugin");
		check(TWIN_OBJECT_TOOL, words, words, -1);
	}
	check(TWIN_OBJECT_TOOL, "--plugin=/lto.so", "rcs --plugin=/lto.so", -1);
	check(TWIN_OBJECT_TOOL, "-plugin=/lto.so", "-plugin=/lto.so", -1);
	check(TWIN_OBJECT_TOOL, "@more", "rcs @more", -1);
	check(TWIN_OBJECT_TOOL, "aarch64linux32b", "-m aarch64linux32b a.o", -1);
	check(TWIN_OBJECT_TOOL, "-maarch64linux32", "-maarch64linux32 a.o", -1);
	check(TWIN_OBJECT_TOOL, NULL, "-maarch64linux a.o", -1);
	check(TWIN_OBJECT_TOOL, NULL, "-v --version --help", -1);
	check(TWIN_DRIVER, NULL, "-O2 -g -Wall -march=armv8-a -Wl,--version -c a.c -o native rusty.c -x c", -1);
	check(TWIN_DRIVER, "-mcpu=native", "-O2 -mcpu=native", -1);
	check(TWIN_DRIVER, "-print-file-name=libc.so", "-print-file-name=libc.so", -1);
	check(TWIN_DRIVER, "-fopenmp", "-c -fopenmp a.c", -1);
	check(TWIN_DRIVER, "--sysroot=/x", "--sysroot=/x a.c", -1);
	check(TWIN_DRIVER, "a.rs", "-c a.rs", -1);
	check(TWIN_DRIVER, "a.f90", "-c a.f90", -1);
	check(TWIN_DRIVER, "f95", "-x f95 a", -1);
	check(TWIN_DRIVER, NULL, "-xassembler -c a.mod.c a.S -MF a.d", -1);
	check(TWIN_DRIVER, "rust", "-x rust -", -1);
	check(TWIN_DRIVER, "-###", "-### a.c", -1);
	check(TWIN_DRIVER, NULL, "a.o -lm -l m", -1);
	check(TWIN_DRIVER | TWIN_OFFLOADS, "-lm", "a.o -lmagic -lm", -1);
	check(TWIN_DRIVER | TWIN_OFFLOADS, "-l", "a.o -l m", -1);
	check(TWIN_DRIVER | TWIN_OFFLOADS, NULL, "a.o -lmagic -lc", -1);
	check(TWIN_DRIVER | TWIN_LINKS_MATH, NULL, "a.o", -1);
	check(TWIN_DRIVER | TWIN_OFFLOADS | TWIN_LINKS_MATH, "-lm", "a.o -o c", -1);
	check(TWIN_DRIVER | TWIN_OFFLOADS | TWIN_LINKS_MATH, NULL, "-O2 -c a.cc", -1);
	check(TWIN_PLUGIN, NULL, "@x -v", -1);
	check(0, NULL, "@x -v --plugin", -1);
	check(0, NULL, "", -1);
	if (!failures)
		puts("options: all checks hold");
	return failures != 0;
}
