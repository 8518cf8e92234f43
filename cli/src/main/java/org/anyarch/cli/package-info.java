/// The `anyarch` command: one class a command, declared by its [CommandSpec] from which parsing,
/// help and completion follow. Nothing here knows how a build or a session works; nothing below
/// here prints. Start with [Main].
package org.anyarch.cli;
