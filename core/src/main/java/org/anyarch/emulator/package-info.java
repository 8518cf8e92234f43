/// QEMU's user-mode emulators: found on the machine or fetched from the distribution's archive,
/// inspected before anything is registered with them, kept in a folder by the digest of the package
/// they came in. Knows neither sessions nor containers. Start with [Emulators].
package org.anyarch.emulator;
