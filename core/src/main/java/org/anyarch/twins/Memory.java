package org.anyarch.twins;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.anyarch.elf.ElfException;
import org.anyarch.elf.ElfFile;
import org.anyarch.elf.Libraries;

/// What reading files has told, so that no step reads them again.
final class Memory {
  /// Mounts differ from step to step, what is in them does not.
  private record Content(long inode, long size, long modified, long changed) {
    static Content of(FileState file) {
      return new Content(file.inode(), file.size(), file.modified(), file.changed());
    }
  }

  record Known(FileState state, String md5) {}

  record Needs(Optional<String> interpreter, Libraries libraries) {}

  private final Map<Content, String> digests = new ConcurrentHashMap<>();
  private final Map<Path, Needs> needs = new ConcurrentHashMap<>();

  /// The MD5 digest of a file of a root; empty if somebody is changing it.
  Optional<Known> digest(Path file) throws IOException {
    try {
      FileState state = FileState.of(file);
      Content content = Content.of(state);
      String known = digests.get(content);
      if (known == null) {
        known = Md5.of(file);
        if (!FileState.of(file).equals(state)) {
          return Optional.empty();
        }
        digests.put(content, known);
      }
      return Optional.of(new Known(state, known));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// What a file of the store needs; such files are never altered.
  Needs needs(Path file) throws IOException, ElfException {
    Needs known = needs.get(file);
    if (known == null) {
      known = new Needs(ElfFile.read(file).interpreter(), Libraries.of(file));
      needs.put(file, known);
    }
    return known;
  }
}
