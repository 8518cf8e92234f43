#ifndef ANYARCH_SESSION_H
#define ANYARCH_SESSION_H

/* What the caller had, for the program that is started in the end: a JVM in between loses all of it. */
struct caller {
	char **environment;
	int folder; /* O_PATH descriptor of the working folder, if it had to be left; else -1 */
	int host_handlers; /* whether the session shall have no binfmt_misc of its own */
};

/*
 * Runs preparer in a session of its own, see session.c, with this process's environment; then what preparer asks
 * to be started in its place, with the caller's. Ends as the last of them ended.
 */
_Noreturn void session(char **preparer, const struct caller *caller);

/* Runs program as process 1 of a container would, but as a child, so that signals have their usual effect on it. */
_Noreturn void container_init(char **program);

#endif
