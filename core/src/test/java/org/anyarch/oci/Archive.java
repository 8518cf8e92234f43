package org.anyarch.oci;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.TreeMap;

/// Archives as a stranger could make them: every name is written as it is given.
final class Archive {
  static final Instant TIME = Instant.parse("2020-02-02T02:02:02.123456789Z");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarWriter tar = new TarWriter(bytes);
  private final Owner owner;

  Archive() throws IOException {
    // Tests run as any user, who can give files to himself.
    Path self = Path.of("/proc/self");
    Object uid = Files.getAttribute(self, "unix:uid");
    Object gid = Files.getAttribute(self, "unix:gid");
    this.owner = new Owner((Integer) uid, (Integer) gid);
  }

  Metadata metadata(int mode) {
    return new Metadata(mode, owner, TIME, new TreeMap<>());
  }

  Archive file(String name, String content) throws IOException {
    byte[] utf8 = content.getBytes(StandardCharsets.UTF_8);
    return with(TarEntry.file(name, utf8.length, metadata(0644)), utf8);
  }

  Archive folder(String name) throws IOException {
    return with(TarEntry.folder(name, metadata(0755)));
  }

  Archive symbolicLink(String name, String target) throws IOException {
    return with(TarEntry.link(TarEntry.Type.SYMBOLIC_LINK, name, target, metadata(0777)));
  }

  Archive hardLink(String name, String target) throws IOException {
    return with(TarEntry.link(TarEntry.Type.HARD_LINK, name, target, metadata(0644)));
  }

  Archive with(TarEntry entry, byte... content) throws IOException {
    tar.put(entry, new ByteArrayInputStream(content));
    return this;
  }

  byte[] toBytes() throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    bytes.writeTo(whole);
    new TarWriter(whole).finish();
    return whole.toByteArray();
  }

  InputStream stream() throws IOException {
    return new ByteArrayInputStream(toBytes());
  }

  Path in(Path folder) throws IOException {
    return Files.write(Files.createTempFile(folder, "archive", ".tar"), toBytes());
  }
}
