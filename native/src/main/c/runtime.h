/* What stands before an OCI runtime: how it is told where it is, and what it understands of a runtime's words. */
#ifndef RUNTIME_H
#define RUNTIME_H

#define RUNTIME_MAGIC "anyarch\2"

/* The last bytes of its file. Both are absolute paths, ended and filled up by zero bytes. */
struct runtime_place {
	char magic[8];
	char folder[2044]; /* what the session has for it */
	char real[2044]; /* the runtime */
};

enum runtime_kind { RUNTIME_ELSE, RUNTIME_CREATES, RUNTIME_DELETES };

struct runtime_call {
	enum runtime_kind kind;
	const char *bundle; /* a folder */
	const char *id; /* of the container */
	int foreground; /* whether the runtime stays until the container has ended, and removes it */
};

struct runtime_call runtime_call_of(int argc, char **argv);

#endif
