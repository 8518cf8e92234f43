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
#include "twins.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#define TABLE "/dev/.anyarch/step/table"
#define LOG "/dev/.anyarch/execs"

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

static int starts(const char *text, const char *with)
{
	while (*with && *text == *with)
		text++, with++;
	return !*with;
}

/* Variables that make the emulator, or the guest's loader and C library, do what a twin would not. */
static int is_special(const char *variable)
{
	return starts(variable, "LD_") || starts(variable, "QEMU_") || starts(variable, "GLIBC_") ||
	       starts(variable, "GCONV_") || starts(variable, "LOCPATH=");
}

/*
 * An option by which a compiler loads a plugin of its own machine, writes a picture or addresses of its own memory,
 * speaks of itself, or looks elsewhere for what belongs to it. Null if there is none.
 */
static const char *own_option(long argc, char **argv)
{
	for (long i = 3; i < argc; i++)
		if (starts(argv[i], "-fplugin") || starts(argv[i], "-iplugindir") || starts(argv[i], "--output-pch") ||
		    starts(argv[i], "-Winvalid-pch") || starts(argv[i], "-iprefix") || starts(argv[i], "-v") ||
		    starts(argv[i], "--version") || starts(argv[i], "--help") || starts(argv[i], "--target-help") ||
		    starts(argv[i], "-fdump-") || starts(argv[i], "-da") || starts(argv[i], "-ftime-report") ||
		    starts(argv[i], "-fmem-report") || starts(argv[i], "@"))
			return argv[i];
	return NULL;
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

/* The table goes with the exec, or stays below the emulator's heap: a page or two. */
static enum exec_outcome look_up(const struct twin_slot *file, struct twin *twin)
{
	struct stat stat;
	long fd = call(SYS_openat, AT_FDCWD, (long)TABLE, O_RDONLY | O_CLOEXEC, 0, 0, 0);

	if (fd < 0)
		return EXEC_NO_TABLE;
	long table = -1;
	if (!call(SYS_fstat, fd, (long)&stat, 0, 0, 0, 0) && stat.st_size > 0)
		table = call(SYS_mmap, 0, stat.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	call(SYS_close, fd, 0, 0, 0, 0, 0);
	if (table < 0 && table > -4096)
		return EXEC_NO_TABLE;
	int found = find_twin((const void *)table, (size_t)stat.st_size, file, twin);
	if (found == TWIN_FOUND)
		return EXEC_NATIVE;
	call(SYS_munmap, table, stat.st_size, 0, 0, 0, 0);
	return found == TWIN_ALTERED ? EXEC_ALTERED : EXEC_NO_TWIN;
}

/* Comes back only if the twin could not be started. */
static void start(const struct twin *twin, long argc, char **argv, char **environment)
{
	/* The kernel gave us: the interpreter, the program's path, its argv. */
	const char *words[argc + 4];
	long count = 0;

	words[count++] = twin->loader;
	words[count++] = "--library-path";
	words[count++] = twin->libraries;
	words[count++] = "--argv0";
	words[count++] = argv[2];
	words[count++] = twin->program;
	for (long i = 3; i < argc; i++)
		words[count++] = argv[i];
	words[count] = NULL;
	call(SYS_execve, (long)twin->loader, (long)words, (long)environment, 0, 0, 0);
}

static enum exec_outcome decide(int file, enum locale_kind locale, struct twin *twin)
{
	struct twin_slot slot;

	if (!describe(file, &slot))
		return EXEC_SET_ID;
	enum exec_outcome outcome = look_up(&slot, twin);
	if (outcome != EXEC_NATIVE)
		return outcome;
	return locale > (twin->flags & TWIN_C_LOCALE_ONLY ? LOCALE_C : LOCALE_UTF8) ? EXEC_LOCALE : EXEC_NATIVE;
}

__attribute__((used)) void dispatch(long *stack)
{
	long argc = stack[0];
	char **argv = (char **)(stack + 1);
	char **environment = argv + argc + 1;
	char **end = environment;
	long file = -1, secure = 1, flags = 0;
	const char *special = NULL, *locale;
	struct locales locales = { LOCALE_C, LOCALE_C, LOCALE_C, NULL, NULL, NULL, 0 };
	struct twin twin;

	for (; *end; end++) {
		if (is_special(*end))
			special = *end;
		see_locale(&locales, *end);
	}
	enum locale_kind kind = kind_of(&locales, &locale);
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
	enum exec_outcome outcome = secure  ? EXEC_SECURE :
				    special ? EXEC_VARIABLE :
					      decide((int)file, kind, &twin);
	const char *option = outcome == EXEC_NATIVE && twin.own_flags & TWIN_COMPILER ? own_option(argc, argv) : NULL;
	if (option)
		outcome = EXEC_OPTION;
	note(argv[1], outcome,
	     option                   ? option :
	     outcome == EXEC_VARIABLE ? special :
	     outcome == EXEC_LOCALE   ? locale :
					"");
	if (outcome != EXEC_NATIVE)
		return;
	/* The emulator closes it; the twin does not know of it. */
	call(SYS_fcntl, file, F_SETFD, FD_CLOEXEC, 0, 0, 0);
	start(&twin, argc, argv, environment);
	call(SYS_fcntl, file, F_SETFD, 0, 0, 0, 0);
	note(argv[1], EXEC_NOT_STARTED, "");
}
