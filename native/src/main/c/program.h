/* Starting programs as a shell would, and dying as they died. */
#ifndef ANYARCH_PROGRAM_H
#define ANYARCH_PROGRAM_H

#include <stddef.h>
#include <sys/types.h>

/* Reads until size bytes are there. Returns size, or -1 at an error or an early end. */
ssize_t read_all(int fd, void *data, size_t size);

/* Whether the process that started this one should hear of its signal from us: all that can be caught but stops and faults. */
int is_passed_on(int signal);

/* Says why in one line and ends with 127 (not found) or 126, if the program cannot be started. */
_Noreturn void start(char **program);

/* Ends this process the way a child with that wait status ended: a shell or make above us looks at the signal too. */
_Noreturn void end_like(int status);

#endif
