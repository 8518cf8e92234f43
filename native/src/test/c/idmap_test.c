/* The text parsers of idmap.c, on good lines, on bad ones and on 200,000 scrambled ones, under sanitizers. */
#include "check.h"
#include "idmap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void identity_keeps_what_the_parent_has(void)
{
	struct map map;

	CHECK(map_identity(&map, "         0          0 4294967295\n") == 0);
	CHECK(map.length == 2 && map.extent[0].inside == 0 && map.extent[0].outside == 0);
	CHECK(map.extent[1].inside == map.extent[0].count && map.extent[1].outside == map.extent[0].count);
	CHECK(map.extent[0].count + map.extent[1].count == 4294967295UL);
	CHECK(map_identity(&map, "0 1000 1\n1 100000 65536\n") == 0);
	CHECK(map.length == 2 && map.extent[1].inside == 1 && map.extent[1].outside == 1 && map.extent[1].count == 65536);
	CHECK(map_identity(&map, "") == -1);
	CHECK(map_identity(&map, "0 0\n") == -1);
	CHECK(map_identity(&map, "0 0 0\n") == -1);
	CHECK(map_identity(&map, "-1 0 1\n") == -1);
}

static void subordinate_ranges_follow_the_callers_own_id(void)
{
	struct map map;
	const char *text = "other:1:9\nann:100000:65536\n1000:300000:10\nannex:5:5\n";

	CHECK(map_subordinate(&map, text, "ann", 1000, 1000) == 2);
	CHECK(map.length == 3);
	CHECK(map.extent[0].inside == 0 && map.extent[0].outside == 1000 && map.extent[0].count == 1);
	CHECK(map.extent[1].inside == 1 && map.extent[1].outside == 100000 && map.extent[1].count == 65536);
	CHECK(map.extent[2].inside == 65537 && map.extent[2].outside == 300000 && map.extent[2].count == 10);
	CHECK(map_subordinate(&map, text, NULL, 77, 77) == 0);
}

static void malformed_ranges_are_passed_over(void)
{
	struct map map;

	CHECK(map_subordinate(&map, "ann:1\nann::2\nann:x:2\nann:1:2x\nann:1:0\nann:4294967295:2\nann", "ann", 1, 1) == 0);
	CHECK(map_subordinate(&map, "ann:99999999999999999999:1\n", "ann", 1, 1) == 0);
	CHECK(map_subordinate(&map, ":1:2\n", "", 1, 1) == 1);
}

static void names_are_found_by_id(void)
{
	char name[8];
	const char *text = "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\nlonglonglong:x:7:7:::\n";

	CHECK(login_name(text, 1000, name, sizeof name) == 0 && !strcmp(name, "ann"));
	CHECK(login_name(text, 5, name, sizeof name) == -1);
	CHECK(login_name(text, 7, name, sizeof name) == -1);
	CHECK(login_name("broken\nx:y\n:::\n", 0, name, sizeof name) == -1);
}

static void no_text_harms(void)
{
	static const char alphabet[] = "0123456789::\n\n annx-";
	unsigned state = 20260101;
	char text[64], name[8];
	struct map map;

	for (int round = 0; round < 200000; round++) {
		size_t length = 0;

		do {
			state = state * 1664525u + 1013904223u;
			text[length] = alphabet[(state >> 16) % (sizeof alphabet - 1)];
		} while (++length < (state >> 24) % (sizeof text - 1) + 1 && length < sizeof text - 1);
		text[length] = '\0';
		if (map_identity(&map, text) == 0)
			CHECK(map.length >= 1 && map.length <= MAX_EXTENTS);
		map_subordinate(&map, text, "ann", 1, 1);
		unsigned long next = 0;
		for (size_t i = 0; i < map.length; i++) {
			CHECK(map.extent[i].inside == next && map.extent[i].count > 0);
			next += map.extent[i].count;
		}
		login_name(text, 1, name, sizeof name);
	}
}

int main(void)
{
	identity_keeps_what_the_parent_has();
	subordinate_ranges_follow_the_callers_own_id();
	malformed_ranges_are_passed_over();
	names_are_found_by_id();
	no_text_harms();
	if (failures)
		return EXIT_FAILURE;
	puts("idmap: all checks hold");
	return EXIT_SUCCESS;
}
