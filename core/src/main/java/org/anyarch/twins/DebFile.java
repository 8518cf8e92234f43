package org.anyarch.twins;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.anyarch.oci.Compression;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/// A binary package of Debian (deb(5)).
final class DebFile {
  /// Larger than any compiler's package is unpacked.
  private static final long LARGEST = 4L << 30;

  private DebFile() {}

  /// Takes the ELF files out of the package.
  ///
  /// @param what it is, for people; one line
  /// @throws IOException also if it is no such package
  static void unpack(Path deb, String what, TwinPackage.Filler filler) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(deb), 1 << 16);
        ArArchiveInputStream members = new ArArchiveInputStream(in)) {
      for (ArArchiveEntry member = members.getNextEntry();
          member != null;
          member = members.getNextEntry()) {
        if (member.getName().startsWith("data.tar")) {
          unpackData(new Bounded(Compression.decode(members), LARGEST), filler);
          filler.finish(what);
          return;
        }
      }
    }
    throw new IOException(deb.getFileName() + " is no package of Debian: it has no data.tar");
  }

  private static void unpackData(InputStream data, TwinPackage.Filler filler) throws IOException {
    TarArchiveInputStream files = new TarArchiveInputStream(data, "UTF-8");
    for (TarArchiveEntry file = files.getNextEntry(); file != null; file = files.getNextEntry()) {
      String path = absolute(file.getName());
      if (file.isLink()) {
        filler.link(path, absolute(file.getLinkName()));
      } else if (file.isFile() && !path.startsWith("/usr/lib/debug/")) {
        filler.add(path, files);
      }
    }
  }

  private static String absolute(String name) {
    return name.startsWith("./") ? name.substring(1) : name.startsWith("/") ? name : "/" + name;
  }
}
