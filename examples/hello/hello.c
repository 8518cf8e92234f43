/* Says which machine it runs on, as the kernel names it, and which one it was compiled for. */
#include <stdio.h>
#include <sys/utsname.h>

#if defined(__x86_64__)
#define COMPILED_FOR "amd64"
#elif defined(__i386__)
#define COMPILED_FOR "386"
#elif defined(__aarch64__)
#define COMPILED_FOR "arm64"
#elif defined(__arm__) && __ARM_ARCH == 7
#define COMPILED_FOR "arm/v7"
#elif defined(__arm__) && __ARM_ARCH == 6
#define COMPILED_FOR "arm/v6"
#elif defined(__arm__) && __ARM_ARCH == 5
#define COMPILED_FOR "arm/v5"
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define COMPILED_FOR "ppc64le"
#elif defined(__s390x__)
#define COMPILED_FOR "s390x"
#elif defined(__riscv) && __riscv_xlen == 64
#define COMPILED_FOR "riscv64"
#elif defined(__mips64) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define COMPILED_FOR "mips64le"
#elif defined(__loongarch_lp64)
#define COMPILED_FOR "loong64"
#else
#error "hello.c does not know this architecture"
#endif

int main(void)
{
	const unsigned int one = 1;
	struct utsname machine;

	if (uname(&machine) != 0) {
		perror("hello: uname");
		return 1;
	}
	printf("hello from %s (compiled for %s, %zu-bit, %s endian)\n", machine.machine, COMPILED_FOR,
	       8 * sizeof(void *), *(const unsigned char *)&one ? "little" : "big");
	return 0;
}
