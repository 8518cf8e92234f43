/* The table of twins.c: what is in it is found, and of 200,000 damaged ones none is read beyond its end, under sanitizers. */
#include "check.h"
#include "twins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 16, FILES = 11 };

static struct twin_slot file(uint64_t inode)
{
	struct twin_slot slot = { 7, inode, inode * 10, 1, -1, 0, 0 };

	return slot;
}

/* Inodes that fall on each other: all in the last slots, so that the search begins again at the first. */
static uint64_t inode(int number)
{
	uint64_t candidate = 1;

	for (int found = -1; found < number; candidate++)
		found += twin_slot_of(candidate, SLOTS) >= SLOTS - 3;
	return candidate - 1;
}

static size_t fill(char *bytes)
{
	struct twin_table *table = (void *)bytes;
	struct twin_slot *slots = (void *)(table + 1);
	size_t end = sizeof *table + SLOTS * sizeof *slots;

	memset(bytes, 0, end);
	for (int i = 0; i < FILES; i++) {
		uint32_t at = twin_slot_of(inode(i), SLOTS);

		while (slots[at].inode)
			at = (at + 1) % SLOTS;
		slots[at] = file(inode(i));
		slots[at].twin = (uint32_t)end;
		slots[at].flags = i == 3 ? TWIN_COMPILER : 0;
		end += (size_t)sprintf(bytes + end, "loader%d%clibraries%cprogram%d", i, 0, 0, i) + 1;
		for (int more = 0; more < i % 3; more++)
			end += (size_t)sprintf(bytes + end, "more%d", more) + 1;
		bytes[end++] = 0;
	}
	memcpy(table->magic, TWIN_MAGIC, sizeof table->magic);
	table->slots = SLOTS;
	table->size = (uint32_t)end;
	return end;
}

static void what_is_in_it_is_found(const char *bytes, size_t size)
{
	char name[32];
	struct twin twin;

	for (int i = 0; i < FILES; i++) {
		struct twin_slot wanted = file(inode(i));

		CHECK(find_twin(bytes, size, &wanted, &twin) == TWIN_FOUND);
		sprintf(name, "loader%d", i);
		CHECK(!strcmp(twin.loader, name) && !strcmp(twin.libraries, "libraries"));
		sprintf(name, "program%d", i);
		CHECK(!strcmp(twin.program, name));
		CHECK(!strcmp(twin.more, i % 3 > 0 ? "more0" : "") && (i % 3 < 2 || !strcmp(twin.more + 6, "more1")));
	}
}

static void another_file_is_not(const char *bytes, size_t size)
{
	struct twin twin;
	struct twin_slot wanted;

	for (int field = 0; field < 5; field++) {
		wanted = file(inode(0));
		wanted.device += field == 0;
		wanted.inode += field == 1;
		wanted.size += field == 2;
		wanted.modified += field == 3;
		wanted.changed += field == 4;
		CHECK(find_twin(bytes, size, &wanted, &twin) == (field < 2 ? TWIN_NONE : TWIN_ALTERED));
	}
	wanted = file(inode(FILES));
	CHECK(!find_twin(bytes, size, &wanted, &twin));
	wanted = file(0);
	CHECK(!find_twin(bytes, size, &wanted, &twin));
}

static void a_part_of_it_has_none(const char *bytes, size_t size)
{
	struct twin twin;
	struct twin_slot wanted = file(inode(0));

	for (size_t length = 0; length < size; length++) {
		char *part = malloc(length + 1);

		memcpy(part, bytes, length);
		CHECK(!find_twin(part, length, &wanted, &twin));
		free(part);
	}
}

/* The length of strings up to an empty one. */
static size_t all(const char *more)
{
	size_t length = 0;

	while (more[length])
		length += strlen(more + length) + 1;
	return length;
}

static void damage_does_no_harm(const char *bytes, size_t size)
{
	srand(1);
	for (int round = 0; round < 200000; round++) {
		char *damaged = malloc(size);
		struct twin twin;
		struct twin_slot wanted = file(inode(round % FILES));

		memcpy(damaged, bytes, size);
		for (int i = rand() % 4; i >= 0; i--)
			damaged[8 + (size_t)rand() % (size - 8)] = (char)rand();
		if (find_twin(damaged, size, &wanted, &twin) == TWIN_FOUND)
			CHECK(strlen(twin.loader) && strlen(twin.libraries) && strlen(twin.program) &&
			      all(twin.more) < size);
		free(damaged);
	}
}

int main(void)
{
	char bytes[4096];
	size_t size = fill(bytes);

	what_is_in_it_is_found(bytes, size);
	another_file_is_not(bytes, size);
	a_part_of_it_has_none(bytes, size);
	damage_does_no_harm(bytes, size);
	if (!failures)
		puts("twins: all checks hold");
	return failures != 0;
}
