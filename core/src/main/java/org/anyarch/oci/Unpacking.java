package org.anyarch.oci;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import org.anyarch.kernel.Failures;

/// One pass over an archive that is being unpacked. Whatever goes wrong with an entry is told with
/// the entry's name.
///
/// @param what the archive's name in messages
record Unpacking(String what, long mostEntries) {
  interface Action {
    void on(TarEntry entry, TarReader content) throws IOException;
  }

  /// Hands all entries to `action` and reads `tar` to its end.
  ///
  /// @return how many there were
  long run(InputStream tar, Action action) throws IOException {
    long count = 0;
    TarReader reader = new TarReader(tar);
    for (TarEntry entry = next(reader); entry != null; entry = next(reader)) {
      if (++count > mostEntries) {
        throw new OciException(what + " has more than " + mostEntries + " entries.");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      try {
        action.on(entry, reader);
      } catch (IOException e) {
        throw new OciException(
            "cannot unpack " + Quoted.name(entry.name()) + " of " + what + ": " + reason(e), e);
      }
    }
    // Checksums of the compression stand at the end, behind tar's own.
    try {
      tar.transferTo(OutputStream.nullOutputStream());
    } catch (EOFException e) {
      throw new OciException("cannot read " + what + ": " + Failures.describe(e), e);
    }
    return count;
  }

  private @org.jspecify.annotations.Nullable TarEntry next(TarReader reader) throws IOException {
    try {
      return reader.next();
    } catch (OciException | EOFException e) {
      throw new OciException("cannot read " + what + ": " + Failures.describe(e), e);
    }
  }

  private static String reason(IOException e) {
    return Failures.describe(e);
  }

  /// Places an entry whose names count from the folder `base` below the tree's root.
  static void place(TreeWriter tree, String base, EntryName name, TarEntry entry, TarReader content)
      throws IOException {
    Path path = tree.locate(base + "/" + name);
    Path link =
        entry.type() == TarEntry.Type.HARD_LINK
            ? tree.locate(base + "/" + EntryName.parse(entry.linkName()))
            : path;
    tree.place(entry, path, link, content);
  }
}
