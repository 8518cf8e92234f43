package org.anyarch.emulator;

import java.nio.file.Path;
import org.anyarch.platform.Guest;

/// A usable emulator: static, whole, for this machine.
///
/// @param guest whose programs it runs
/// @param path its file
public record Emulator(Guest guest, Path path) {}
