/// Zstandard, as RFC 8878 has it, to read only. There is no library in pure Java for it that a
/// linked image can hold: the known ones bring native code or need the JVM's internals. Start with
/// [ZstdInputStream].
package org.anyarch.oci.zstd;
