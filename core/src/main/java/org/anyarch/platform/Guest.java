package org.anyarch.platform;

/// A guest architecture of QEMU's linux-user emulation.
public record Guest(String qemu) {}
