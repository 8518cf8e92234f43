#include "twins.h"

/* No function of the C library: the dispatcher has none. */
static const char *string_at(const char *text, size_t *at, size_t end)
{
	size_t start = *at;

	while (*at < end && text[*at])
		++*at;
	if (*at == end || *at == start)
		return NULL;
	++*at;
	return text + start;
}

static int read_twin(const char *text, size_t begin, size_t end, size_t at, struct twin *twin)
{
	if (at < begin || at >= end)
		return TWIN_NONE;
	twin->loader = string_at(text, &at, end);
	twin->libraries = twin->loader ? string_at(text, &at, end) : NULL;
	twin->program = twin->libraries ? string_at(text, &at, end) : NULL;
	twin->more = text + at;
	if (!twin->program)
		return TWIN_NONE;
	while (string_at(text, &at, end))
		;
	return at < end && !text[at] ? TWIN_FOUND : TWIN_NONE;
}

static int is_whole(const struct twin_table *table, size_t size)
{
	for (int i = 0; i < 8; i++)
		if (size < sizeof *table || table->magic[i] != TWIN_MAGIC[i])
			return 0;
	return table->size == size && table->slots && !(table->slots & (table->slots - 1)) &&
	       table->slots <= (size - sizeof *table) / sizeof(struct twin_slot);
}

int find_twin(const void *table, size_t size, const struct twin_slot *file, struct twin *twin)
{
	const struct twin_table *head = table;

	if (!is_whole(head, size) || !file->inode)
		return TWIN_NONE;
	const struct twin_slot *slots = (const void *)(head + 1);
	twin->flags = head->flags;
	uint32_t at = twin_slot_of(file->inode, head->slots);
	int found = TWIN_NONE;
	for (uint32_t looked = 0; looked < head->slots && slots[at].inode; looked++) {
		const struct twin_slot *slot = slots + at;

		if (slot->inode == file->inode && slot->device == file->device) {
			if (slot->size == file->size && slot->modified == file->modified &&
			    slot->changed == file->changed) {
				twin->own_flags = slot->flags;
				return read_twin(table, sizeof *head + head->slots * sizeof *slot, size, slot->twin,
						 twin);
			}
			found = TWIN_ALTERED;
		}
		at = (at + 1) & (head->slots - 1);
	}
	return found;
}
