#include "options.h"

#include "twins.h"

#include <stddef.h>

/* Lists are texts with zero bytes between them, not pointers: the dispatcher's segment can have no relocation. */

/* Plugins, pictures and addresses of its own memory, itself, or another place for what belongs to it. */
static const char COMPILER[] = "-fplugin\0-iplugindir\0--output-pch\0-Winvalid-pch\0-iprefix\0-v\0--version\0--help\0"
			       "--target-help\0-fdump-\0-da\0-ftime-report\0-fmem-report\0@\0";

/* Headers become pictures of a compiler's memory. */
static const char HEADER[] = "-xc-header\0-xc++-header\0-xc++-system-header\0-xc++-user-header\0";

static const char HEADERS[] = "c-header\0c++-header\0c++-system-header\0c++-user-header\0";

static const char HEADER_ENDINGS[] = ".h\0.H\0.hh\0.hp\0.hpp\0.HPP\0.hxx\0.h++\0.tcc\0";

/*
 * Beside what its compiler is emulated with, since an emulated driver leaves that another limit of the stack, by which
 * the emulator places all memory: what it was configured with, offloading (which a cross compiler does not know), a
 * system root (which it has one of), and languages whose compilers are rarely there: an emulated driver does not say
 * that it could not start one.
 */
static const char DRIVER[] = "-###\0--v\0-dump\0-print\0--print\0--dump\0-specs\0--specs\0"
			     "-fopenmp\0-fopenacc\0-foffload\0--sysroot\0-xrust\0-frust\0-xf\0-xada\0-xgo\0-xobj\0";

static const char LANGUAGES[] = "rust\0f77\0f95\0ada\0go\0objective-c\0objective-c++\0";

static const char ENDINGS[] = "=native\0.rs\0.f\0.F\0.for\0.FOR\0.ftn\0.FTN\0.fpp\0.FPP\0.f90\0.F90\0.f95\0.F95\0"
			      ".f03\0.F03\0.f08\0.F08\0.adb\0.ads\0.go\0.m\0.mm\0.M\0";

/* Options that a driver with offloading passes on as others. */
static const char OFFLOADED[] = "-lm\0-lgfortran\0-l\0";

/* Without one of these, a driver links. */
static const char COMPILES[] = "-c\0-S\0-E\0-M\0-MM\0-fsyntax-only\0";

static const char PLUGIN[] = "--plugin";

/* A linker of arm64 for programs of 32 bits: a cross linker looks for their libraries elsewhere. */
static const char ILP32[] = "-maarch64linux32\0aarch64linux32\0-maarch64elf32\0aarch64elf32\0";

static int is_in(const char *list, const char *option)
{
	while (*list) {
		if (starts(option, list))
			return 1;
		while (*list++)
			;
	}
	return 0;
}

static int is_same(const char *a, const char *b)
{
	return starts(a, b) && starts(b, a);
}

static int is_one_of(const char *list, const char *option)
{
	while (*list) {
		if (is_same(option, list))
			return 1;
		while (*list++)
			;
	}
	return 0;
}

static int ends(const char *text, const char *with)
{
	const char *end = text, *last = with;

	while (*end)
		end++;
	while (*last)
		last++;
	while (last > with && end > text && end[-1] == last[-1])
		end--, last--;
	return last == with;
}

static int ends_in(const char *list, const char *option)
{
	while (*list) {
		if (ends(option, list))
			return 1;
		while (*list++)
			;
	}
	return 0;
}

static int is_plugin(const char *option)
{
	return is_same(option, PLUGIN) || is_same(option, PLUGIN + 1);
}

/* A plugin that is named in another way than by an argument of its own: `--plugin=`, `-plugin=`, `--plu`. */
static int is_like_plugin(const char *option)
{
	if (is_plugin(option) || starts(option, "-plugin-opt") || starts(option, "--plugin-opt"))
		return 0;
	return starts(option, "--pl") || starts(option, "-pl") || is_same(option, "--p");
}

static int is_own(uint32_t flags, const char *option)
{
	if (flags & TWIN_DRIVER)
		return is_in(COMPILER, option) || is_in(DRIVER, option) || is_in(HEADER, option) ||
		       is_one_of(LANGUAGES, option) || is_one_of(HEADERS, option) || ends_in(ENDINGS, option) ||
		       ends_in(HEADER_ENDINGS, option) ||
		       (flags & TWIN_OFFLOADS && is_one_of(OFFLOADED, option));
	if (flags & TWIN_OBJECT_TOOL)
		return *option == '@' || is_like_plugin(option) || is_in(ILP32, option);
	return flags & TWIN_COMPILER && is_in(COMPILER, option);
}

long plugin_argument(long count, char *const *arguments)
{
	for (long i = 0; i + 1 < count; i++)
		if (is_plugin(arguments[i]))
			return i + 1;
	return -1;
}

/* Of letters that perl takes together: warnings, and taint mode. */
static int is_strictness(const char *option)
{
	if (*option++ != '-' || !*option)
		return 0;
	while (*option == 'w' || *option == 'W' || *option == 'T' || *option == 't')
		option++;
	return !*option;
}

long script_argument(long count, char *const *arguments)
{
	long script = 0;

	while (script < count && is_strictness(arguments[script]))
		script++;
	return script < count && arguments[script][0] != '-' ? script : -1;
}

/* What a driver for C++ does without being asked to, it does as if `-lm` was given. */
static int links(long count, char *const *arguments)
{
	for (long i = 0; i < count; i++)
		if (is_one_of(COMPILES, arguments[i]))
			return 0;
	return 1;
}

const char *own_option(uint32_t flags, long count, char *const *arguments)
{
	if (flags & TWIN_OFFLOADS && flags & TWIN_LINKS_MATH && links(count, arguments))
		return OFFLOADED;
	long plugin = plugin_argument(count, arguments);

	for (long i = 0; i < count; i++) {
		if (is_own(flags, arguments[i]))
			return arguments[i];
		/* A second one, or one without a path. */
		if (flags & TWIN_OBJECT_TOOL && is_plugin(arguments[i]) && i + 1 != plugin)
			return arguments[i];
	}
	return NULL;
}
