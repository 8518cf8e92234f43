/* The parser of programs.c, on good texts, on bad ones and on 200,000 scrambled ones, under sanitizers. */
#include "check.h"
#include "programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct program programs[MAX_PROGRAMS];

static ssize_t parse(const char *text)
{
	return parse_programs(programs, text, strlen(text));
}

static void programs_follow_each_other(void)
{
	CHECK(parse("") == 0);
	CHECK(parse("arm 3\nabcppc64-2.x_ 1\nd") == 2);
	CHECK(!strcmp(programs[0].name, "arm") && programs[0].size == 3 && !memcmp(programs[0].code, "abc", 3));
	CHECK(!strcmp(programs[1].name, "ppc64-2.x_") && programs[1].size == 1 && *programs[1].code == 'd');
	CHECK(parse_programs(programs, "a 4\n\0\n \n", 8) == 1 && !memcmp(programs[0].code, "\0\n \n", 4));
}

static void anything_else_is_refused(void)
{
	static const char *const bad[] = { "a", "a ", "a 1", "a 1\n", "a 2\nx", "a 1\nxy", "a 0\n", "a -1\nx", "a x\nx", "a  1\nx",
		" 1\nx", "a/b 1\nx", ".a 1\nx", "../a 1\nx", "a 1\r\nx", "a 1\nxa 1\ny", "a 18446744073709551617\nx", "a 1048577\nx" };
	char name[MAX_NAME + 8] = "";

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(parse(bad[i]) == -1);
	memset(name, 'n', MAX_NAME);
	strcpy(name + MAX_NAME, " 1\nx");
	CHECK(parse(name) == 1);
	memset(name, 'n', MAX_NAME + 1);
	strcpy(name + MAX_NAME + 1, " 1\nx");
	CHECK(parse(name) == -1);
}

static void no_more_than_the_limit_are_taken(void)
{
	static char text[(MAX_PROGRAMS + 1) * 16];
	size_t length = 0;

	for (int i = 0; i < MAX_PROGRAMS; i++)
		length += (size_t)sprintf(text + length, "p%d 1\nx", i);
	CHECK(parse_programs(programs, text, length) == MAX_PROGRAMS);
	length += (size_t)sprintf(text + length, "more 1\nx");
	CHECK(parse_programs(programs, text, length) == -1);
}

static void no_text_harms(void)
{
	static const char alphabet[] = "ab.-1123  \n\n/";
	unsigned state = 20260101;

	for (int round = 0; round < 200000; round++) {
		size_t length = (state >> 24) % 40;
		/* Of exactly this size, so that a byte too far is seen. */
		char *text = malloc(length ? length : 1);

		for (size_t i = 0; i < length; i++) {
			state = state * 1664525u + 1013904223u;
			text[i] = alphabet[(state >> 16) % (sizeof alphabet - 1)];
		}
		ssize_t count = parse_programs(programs, text, length);
		for (ssize_t i = 0; i < count; i++) {
			CHECK(programs[i].code > text && programs[i].size >= 1);
			CHECK(programs[i].code + programs[i].size <= text + length);
			CHECK(*programs[i].name && *programs[i].name != '.' && !strchr(programs[i].name, '/'));
		}
		free(text);
		state = state * 1664525u + 1013904223u;
	}
}

int main(void)
{
	programs_follow_each_other();
	anything_else_is_refused();
	no_more_than_the_limit_are_taken();
	no_text_harms();
	if (failures)
		return EXIT_FAILURE;
	puts("programs: all checks hold");
	return EXIT_SUCCESS;
}
