#include "programs.h"

#include <string.h>

/* The names become part of file names and of lines with blanks. */
static int name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

static size_t name_length(const char *text, size_t length)
{
	size_t size = 0;

	while (size < length && name_character(text[size]))
		size++;
	return size && text[0] != '.' ? size : 0;
}

/* The decimal number before the end of the line; 0 if there is none or it is too big. */
static size_t number(const char **at, const char *end)
{
	size_t value = 0;

	for (; *at < end && **at >= '0' && **at <= '9'; (*at)++) {
		value = value * 10 + (size_t)(**at - '0');
		if (value > MAX_PROGRAM_SIZE)
			return 0;
	}
	return value;
}

static int known(const struct program *programs, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(programs[i].name, name))
			return 1;
	}
	return 0;
}

ssize_t parse_programs(struct program programs[MAX_PROGRAMS], const char *text, size_t length)
{
	const char *at = text, *end = text + length;
	size_t count = 0;

	for (; at < end; count++) {
		size_t name = name_length(at, (size_t)(end - at));

		if (count == MAX_PROGRAMS || !name || name > MAX_NAME)
			return -1;
		struct program *program = &programs[count];
		memcpy(program->name, at, name);
		program->name[name] = '\0';
		at += name;
		if (known(programs, count, program->name) || at == end || *at++ != ' ')
			return -1;
		program->size = number(&at, end);
		if (!program->size || at == end || *at++ != '\n' || program->size > (size_t)(end - at))
			return -1;
		program->code = at;
		at += program->size;
	}
	return (ssize_t)count;
}
