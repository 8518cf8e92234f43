package org.anyarch.twins;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/// Packages of Debian for tests.
final class Debs {
  private Debs() {}

  /// @param files contents by path; a content that begins with `=>` makes a hard link
  static byte[] deb(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(xz(data))) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        String text = new String(file.getValue(), StandardCharsets.ISO_8859_1);
        if (text.startsWith("=>")) {
          TarArchiveEntry link = new TarArchiveEntry(file.getKey(), TarArchiveEntry.LF_LINK);
          link.setLinkName(text.substring(2));
          tar.putArchiveEntry(link);
        } else {
          TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
          entry.setSize(file.getValue().length);
          tar.putArchiveEntry(entry);
          tar.write(file.getValue());
        }
        tar.closeArchiveEntry();
      }
    }
    return members(Map.of("data.tar.xz", data.toByteArray()));
  }

  static byte[] members(Map<String, byte[]> members) throws IOException {
    ByteArrayOutputStream deb = new ByteArrayOutputStream();
    try (ArArchiveOutputStream ar = new ArArchiveOutputStream(deb)) {
      ar.putArchiveEntry(new ArArchiveEntry("debian-binary", 4));
      ar.write("2.0\n".getBytes(StandardCharsets.US_ASCII));
      ar.closeArchiveEntry();
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        ar.putArchiveEntry(new ArArchiveEntry(member.getKey(), member.getValue().length));
        ar.write(member.getValue());
        ar.closeArchiveEntry();
      }
    }
    return deb.toByteArray();
  }

  static byte[] xz(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (XZOutputStream out = xz(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static XZOutputStream xz(ByteArrayOutputStream to) throws IOException {
    return new XZOutputStream(to, new LZMA2Options(0));
  }
}
