/// OCI platforms and the one table of guest architectures: every vocabulary's name for them, and
/// how their ELF files look. Knows no file, no kernel, no emulator. Start with [Platform] and
/// [Guest].
package org.anyarch.platform;
