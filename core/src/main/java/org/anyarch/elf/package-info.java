/// What an ELF file says of itself: header, loader, build-id, notes and attributes that tell the
/// CPU variant. Reads hostile bytes: no length or offset in a file is believed before it was
/// checked. Start with `ElfFile`.
package org.anyarch.elf;
