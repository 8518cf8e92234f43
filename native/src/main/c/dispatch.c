/*
 * The dispatcher: what a foreign program's exec runs first. It is not a program of its own but a segment that Java
 * puts into a copy of the emulator, with the entry point in it: the kernel starts it with the stack that the emulator
 * expects, and either it starts the program's native twin, or it jumps to the emulator's own entry point as if it had
 * never been there. So it needs no file that a chroot could hide, no /proc, and costs an emulated program next to
 * nothing.
 *
 * In every case of doubt the program is emulated. It is not the dispatcher's to judge what a program may do natively:
 * the table, made outside, names the files.
 *
 * There is no C library, no relocation and no data that could be written to here: the segment lies at an address that
 * nobody knows before, and is mapped for reading and executing.
 */
#include "execs.h"
#include "locales.h"
#include "options.h"
#include "twins.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#define TABLE "/dev/.anyarch/step/table"
#define LOG "/dev/.anyarch/execs"

/* Each package that is unpacked or removed changes it. */
#define PACKAGES "/var/lib/dpkg/info"

/* <linux/binfmts.h>: argv[0] is kept (flag P of binfmt_misc). */
enum { PRESERVES_ARGV0 = 1 };

/*
 * The segment begins with eight bytes to know it by and the emulator's entry point, counted from the segment's own
 * begin; Java fills that in. Ours comes 64 bytes after the begin.
 */
#if defined __x86_64__
__asm__(".section .head, \"ax\"\n"
	"parameters: .ascii \"anyarch\\1\"\n"
	"	.quad 0\n"
	"	.balign 64\n"
	"	mov %rsp, %rdi\n"
	"	mov %rsp, %rbx\n"
	"	and $-16, %rsp\n"
	"	call dispatch\n"
	"	mov %rbx, %rsp\n"
	"	lea parameters(%rip), %rax\n"
	"	add 8(%rax), %rax\n"
	"	xor %edx, %edx\n"
	"	jmp *%rax\n"
	".text\n");

static long call(long number, long a, long b, long c, long d, long e, long f)
{
	long result;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}
#elif defined __aarch64__
__asm__(".section .head, \"ax\"\n"
	"parameters: .ascii \"anyarch\\1\"\n"
	"	.quad 0\n"
	"	.balign 64\n"
	"	mov x0, sp\n"
	"	bl dispatch\n"
	"	adr x9, parameters\n"
	"	ldr x10, [x9, #8]\n"
	"	add x9, x9, x10\n"
	"	mov x0, #0\n"
	"	br x9\n"
	".text\n");

static long call(long number, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
	return x0;
}
#else
#error "no dispatcher for this architecture"
#endif

/* What the environment says: variables that count, or null. */
struct seen {
	const char *special; /* for all programs */
	const char *elsewhere; /* for drivers of compilers: where they look for what they start */
	const char *perl; /* for perl: where it finds modules, or how it works */
	struct locales locales;
};

/* Variables that make the emulator, or the guest's loader and C library, do what a twin would not. */
static int is_special(const char *variable)
{
	return starts(variable, "LD_") || starts(variable, "QEMU_") || starts(variable, "GLIBC_") ||
	       starts(variable, "GCONV_") || starts(variable, "LOCPATH=") || starts(variable, "LDEMULATION=");
}

/* All but one by which modules are linked at once, as debconf sets it. */
static int is_perls(const char *variable)
{
	return starts(variable, "PERL") && !starts(variable, "PERL_DL_NONLAZY=");
}

static int64_t nanoseconds(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

/* A longer text than there is room for loses its begin: a path's end says more. */
static void copy(char *to, size_t size, const char *text, size_t length)
{
	size_t from = length < size ? 0 : length - size;

	for (size_t i = 0; i < size; i++)
		to[i] = from + i < length ? text[from + i] : '\0';
}

static size_t length_until(const char *text, char end)
{
	size_t length = 0;

	while (text[length] && text[length] != end)
		length++;
	return length;
}

/*
 * Whether a write to a file of that size goes through. Beyond the process's limit it would be sent SIGXFSZ; behind a
 * pipe that nobody reads, SIGPIPE. The limit leaves room for what others write at the same time.
 */
static int takes_more(const struct stat *log)
{
	struct rlimit limit;

	return S_ISREG(log->st_mode) && log->st_size < EXEC_LOG_LIMIT &&
	       !call(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, (long)&limit, 0, 0) && limit.rlim_cur > 2L * EXEC_LOG_LIMIT;
}

/* Where there is no log, or it cannot be written to, nothing is noted: no exec depends on it. */
static void note(const char *path, enum exec_outcome outcome, const char *variable)
{
	struct exec_note note;
	struct timespec now = { 0, 0 };
	struct stat stat;
	/* Below a step's own root, anything could have that name. */
	long fd = call(SYS_openat, AT_FDCWD, (long)LOG,
		       O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0, 0, 0);

	if (fd < 0)
		return;
	if (!call(SYS_fstat, fd, (long)&stat, 0, 0, 0, 0) && takes_more(&stat)) {
		call(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&now, 0, 0, 0, 0);
		note.when = nanoseconds(&now);
		note.pid = (uint32_t)call(SYS_getpid, 0, 0, 0, 0, 0, 0);
		note.outcome = outcome;
		copy(note.path, sizeof note.path, path, length_until(path, '\0'));
		copy(note.variable, sizeof note.variable, variable, length_until(variable, '='));
		call(SYS_write, fd, (long)&note, sizeof note, 0, 0, 0);
	}
	call(SYS_close, fd, 0, 0, 0, 0, 0);
}

/* Whether the file is one that may have a twin at all. */
static int describe(int fd, struct twin_slot *file)
{
	struct stat stat;

	if (call(SYS_fstat, fd, (long)&stat, 0, 0, 0, 0) || stat.st_mode & (S_ISUID | S_ISGID))
		return 0;
	file->device = stat.st_dev;
	file->inode = stat.st_ino;
	file->size = (uint64_t)stat.st_size;
	file->modified = nanoseconds(&stat.st_mtim);
	file->changed = nanoseconds(&stat.st_ctim);
	return 1;
}

/* It goes with the exec, or stays below the emulator's heap: a page or two. */
struct table {
	const void *bytes;
	size_t size;
};

static int map_table(struct table *table)
{
	struct stat stat;
	long fd = call(SYS_openat, AT_FDCWD, (long)TABLE, O_RDONLY | O_CLOEXEC, 0, 0, 0);

	if (fd < 0)
		return 0;
	long bytes = -1;
	if (!call(SYS_fstat, fd, (long)&stat, 0, 0, 0, 0) && stat.st_size > 0)
		bytes = call(SYS_mmap, 0, stat.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	call(SYS_close, fd, 0, 0, 0, 0, 0);
	if (bytes < 0 && bytes > -4096)
		return 0;
	table->bytes = (const void *)bytes;
	table->size = (size_t)stat.st_size;
	return 1;
}

/* What starts a twin. */
struct start {
	struct twin twin;
	long argument; /* that is a path of a plugin, or -1 */
	const char *plugin; /* which is that argument then */
	const char *libraries; /* those of a plugin that is loaded without being asked for, or null */
};

/* Whether a file is in the table as what `flag` says. */
static int find_as(uint32_t flag, const struct table *table, long folder, const char *path, struct twin *twin)
{
	struct twin_slot file;
	long fd = call(SYS_openat, folder, (long)path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0, 0, 0);

	if (fd < 0)
		return 0;
	int found = describe((int)fd, &file) && find_twin(table->bytes, table->size, &file, twin) == TWIN_FOUND &&
		    twin->own_flags & flag;
	call(SYS_close, fd, 0, 0, 0, 0, 0);
	return found;
}

/* Whether a plugin of the guest has a twin. */
static int find_plugin(const struct table *table, long folder, const char *path, struct twin *plugin)
{
	return find_as(TWIN_PLUGIN, table, folder, path, plugin);
}

/* Binutils' own, which does nothing for an archive without dependencies of its own, and a twin cannot load. */
#define IDLE_PLUGIN "libdep.so"

static int is_idle(const char *name)
{
	return (name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]))) ||
	       (starts(name, IDLE_PLUGIN) && !name[sizeof IDLE_PLUGIN - 1]);
}

/* <linux/dirent.h>, which is not for programs */
struct linux_dirent64 {
	uint64_t inode;
	int64_t offset;
	uint16_t length;
	uint8_t type;
	char name[];
};

/*
 * Whether the plugins in a folder, which are loaded without being asked for, are none but one that has a twin. The
 * program's twin is then started with libraries that find that one.
 */
static int has_twins(const struct table *table, const char *path, struct start *start)
{
	char entries[1024] __attribute__((aligned(8)));
	struct twin plugin;
	long length, folder = call(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, 0, 0);

	if (folder < 0)
		return folder == -ENOENT;
	int has = 1;
	while (has && (length = call(SYS_getdents64, folder, (long)entries, sizeof entries, 0, 0, 0)) != 0) {
		has = length > 0;
		for (long at = 0; has && at < length;) {
			const struct linux_dirent64 *entry = (const void *)(entries + at);

			if (!is_idle(entry->name)) {
				has = !start->libraries && find_plugin(table, folder, entry->name, &plugin);
				start->libraries = has ? plugin.libraries : NULL;
			}
			at += entry->length;
		}
	}
	call(SYS_close, folder, 0, 0, 0, 0, 0);
	return has;
}

static const char *next(const char *text)
{
	while (*text++)
		;
	return text;
}

/* Whether the variable is one of those that the twin is given. */
static int is_given(const char *variable, const char *given)
{
	size_t name = length_until(variable, '=');

	for (; *given; given = next(given)) {
		size_t same = 0;

		while (same < name && given[same] == variable[same])
			same++;
		if (same == name && given[same] == '=')
			return 1;
	}
	return 0;
}

/* Comes back only if the twin could not be started. */
static void start(const struct start *start, long argc, char **argv, char **environment, long variables)
{
	const struct twin *twin = &start->twin;
	const char *more = twin->own_flags & TWIN_DRIVER ? twin->more : "";
	long given = 0, count = 0, kept = 0;

	for (const char *text = more; *text; text = next(text))
		given++;
	/* The kernel gave us: the interpreter, the program's path, its argv. */
	const char *words[argc + 6];
	const char *all[given ? variables + given + 1 : 1];
	words[count++] = twin->loader;
	words[count++] = "--library-path";
	words[count++] = start->libraries ? start->libraries : twin->libraries;
	if (twin->own_flags & TWIN_PERL) {
		words[count++] = "--preload";
		words[count++] = twin->more;
	}
	words[count++] = "--argv0";
	words[count++] = argv[2];
	words[count++] = twin->program;
	for (long i = 3; i < argc; i++)
		words[count++] = i == start->argument ? start->plugin : argv[i];
	words[count] = NULL;
	for (long i = 0; given && i < variables; i++)
		if (!is_given(environment[i], more))
			all[kept++] = environment[i];
	for (; *more; more = next(more))
		all[kept++] = more;
	all[kept] = NULL;
	call(SYS_execve, (long)twin->loader, (long)words, (long)(given ? (const void *)all : environment), 0, 0, 0);
}

static int is_there(const char *path)
{
	return call(SYS_faccessat, AT_FDCWD, (long)path, F_OK, 0, 0, 0) != -ENOENT;
}

/*
 * Whether perl interprets a script that its twin may, and loads no module but those that have twins: its own and those
 * of packages that were there when the table was made. Behind the library to preload, the table has the folders where
 * others would be.
 *
 * @param why is set to what the note has to say
 */
static enum exec_outcome judge_perl(const struct table *table, const struct twin *perl, long count, char **arguments,
				    const char *variable, const char **why)
{
	struct twin found;
	long script = script_argument(count, arguments);

	if (!*perl->more)
		return EXEC_NO_TWIN;
	*why = variable;
	if (variable)
		return EXEC_VARIABLE;
	*why = script >= 0 ? arguments[script] : count ? arguments[0] : "-";
	if (script < 0 || !find_as(TWIN_SCRIPT, table, AT_FDCWD, arguments[script], &found))
		return EXEC_SCRIPT;
	for (const char *folder = next(perl->more); *folder; folder = next(folder)) {
		*why = folder;
		if (is_there(folder))
			return EXEC_PLUGINS;
	}
	return find_as(TWIN_PACKAGES, table, AT_FDCWD, PACKAGES, &found) ? EXEC_NATIVE : EXEC_PACKAGES;
}

/*
 * A driver that is emulated does not say what it did not find elsewhere.
 *
 * @param why is set to what the note has to say
 */
static enum exec_outcome judge(const struct table *table, struct start *start, long argc, char **argv,
			       const struct seen *seen, const char **why)
{
	uint32_t flags = start->twin.own_flags;

	if (flags & (TWIN_SCRIPT | TWIN_PACKAGES))
		return EXEC_NO_TWIN;
	if (flags & TWIN_PERL)
		return judge_perl(table, &start->twin, argc - 3, argv + 3, seen->perl, why);
	*why = seen->elsewhere;
	if (flags & TWIN_DRIVER && seen->elsewhere)
		return EXEC_VARIABLE;
	*why = own_option(flags, argc - 3, argv + 3);
	if (*why)
		return EXEC_OPTION;
	if (flags & TWIN_PLUGIN)
		return EXEC_NO_TWIN;
	if (!(flags & TWIN_OBJECT_TOOL))
		return EXEC_NATIVE;
	long argument = plugin_argument(argc - 3, argv + 3);
	if (argument >= 0) {
		struct twin plugin;

		start->argument = argument + 3;
		*why = argv[start->argument - 1];
		if (!find_plugin(table, AT_FDCWD, argv[start->argument], &plugin))
			return EXEC_OPTION;
		start->plugin = plugin.program;
		return EXEC_NATIVE;
	}
	for (const char *folder = start->twin.more; *folder; folder = next(folder)) {
		*why = folder;
		if (!has_twins(table, folder, start))
			return EXEC_PLUGINS;
	}
	return EXEC_NATIVE;
}

static enum exec_outcome decide(int file, const struct seen *seen, struct table *table, struct start *start, long argc,
				char **argv, const char **why)
{
	struct twin_slot slot;

	if (!describe(file, &slot))
		return EXEC_SET_ID;
	if (!map_table(table))
		return EXEC_NO_TABLE;
	int found = find_twin(table->bytes, table->size, &slot, &start->twin);
	enum exec_outcome outcome = found == TWIN_FOUND ? EXEC_NATIVE : found == TWIN_ALTERED ? EXEC_ALTERED : EXEC_NO_TWIN;
	if (outcome != EXEC_NATIVE)
		return outcome;
	if (kind_of(&seen->locales, why) > (start->twin.flags & TWIN_C_LOCALE_ONLY ? LOCALE_C : LOCALE_UTF8))
		return EXEC_LOCALE;
	return judge(table, start, argc, argv, seen, why);
}

__attribute__((used)) void dispatch(long *stack)
{
	long argc = stack[0];
	char **argv = (char **)(stack + 1);
	char **environment = argv + argc + 1;
	char **end = environment;
	long file = -1, secure = 1, flags = 0;
	struct seen seen = { .special = NULL };
	struct table table = { NULL, 0 };
	struct start twin = { .argument = -1 };

	for (; *end; end++) {
		if (is_special(*end))
			seen.special = *end;
		else if (starts(*end, "GCC_EXEC_PREFIX=") || starts(*end, "COMPILER_PATH="))
			seen.elsewhere = *end;
		else if (is_perls(*end))
			seen.perl = *end;
		see_locale(&seen.locales, *end);
	}
	for (const Elf64_auxv_t *entry = (const void *)(end + 1); entry->a_type; entry++) {
		if (entry->a_type == AT_EXECFD)
			file = (long)entry->a_un.a_val;
		else if (entry->a_type == AT_SECURE)
			secure = (long)entry->a_un.a_val;
		else if (entry->a_type == AT_FLAGS)
			flags = (long)entry->a_un.a_val;
	}
	if (argc < 3 || file < 0 || !(flags & PRESERVES_ARGV0))
		return;
	const char *why = seen.special;
	enum exec_outcome outcome = secure  ? EXEC_SECURE :
				    seen.special ? EXEC_VARIABLE :
					      decide((int)file, &seen, &table, &twin, argc, argv, &why);
	int says_why = outcome == EXEC_VARIABLE || outcome == EXEC_LOCALE || outcome == EXEC_OPTION || outcome == EXEC_PLUGINS ||
		       outcome == EXEC_SCRIPT;
	note(argv[1], outcome, says_why ? why : "");
	if (outcome != EXEC_NATIVE) {
		if (table.bytes)
			call(SYS_munmap, (long)table.bytes, (long)table.size, 0, 0, 0, 0);
		return;
	}
	/* The emulator closes it; the twin does not know of it. */
	call(SYS_fcntl, file, F_SETFD, FD_CLOEXEC, 0, 0, 0);
	start(&twin, argc, argv, environment, end - environment);
	call(SYS_fcntl, file, F_SETFD, 0, 0, 0, 0);
	note(argv[1], EXEC_NOT_STARTED, "");
}
