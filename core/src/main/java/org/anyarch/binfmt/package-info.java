/// The kernel's binfmt_misc: rules, flags, the register string exactly as the kernel reads it
/// (fs/binfmt_misc.c), entry files, an instance (a mounted folder) and what may be done to it.
/// Knows nothing of emulators. Start with [Rule] and [Instance].
package org.anyarch.binfmt;
