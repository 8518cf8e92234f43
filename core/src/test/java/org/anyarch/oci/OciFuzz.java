package org.anyarch.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.NewFiles;

/// Documents and archives from anywhere: read, or refused with an [IOException], and nothing beside
/// the root is touched.
final class OciFuzz {
  @FuzzTest
  void anyDocument(byte[] document) {
    documents(document);
  }

  @FuzzTest
  void anyArchive(byte[] archive) {
    entries(archive);
  }

  @Provide
  Arbitrary<String> nearlyDocuments() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"schemaVersion\":2",
            "\"manifests\":[",
            "\"mediaType\":",
            "\"application/vnd.oci.image.index.v1+json\"",
            "\"config\":{",
            "\"layers\":[",
            "\"digest\":\"sha256:" + "0".repeat(64) + "\"",
            "\"size\":",
            "1",
            "-1",
            "1e99",
            "null",
            "\"annotations\":{\"a\":\"b\"}",
            "\"platform\":{",
            "\"os\":\"linux\"",
            "\"architecture\":\"arm\"",
            "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}",
            "\"\\ud800\"")
        .list()
        .ofMaxSize(30)
        .map(parts -> String.join("", parts));
  }

  @Property
  void nearly(@ForAll("nearlyDocuments") String document) {
    documents(document.getBytes(StandardCharsets.UTF_8));
  }

  private interface Reader {
    Object read(byte[] document) throws IOException;
  }

  private static void documents(byte[] document) {
    for (Reader reader : List.<Reader>of(Index::parse, Manifest::parse, ImageConfig::parse)) {
      try {
        assertThat(reader.read(document)).isNotNull();
      } catch (IOException e) {
        assertThat(e).isInstanceOf(OciException.class).hasMessageContaining("sha256:");
      }
    }
  }

  private static void entries(byte[] archive) {
    TarReader reader = new TarReader(new ByteArrayInputStream(archive));
    try {
      byte[] buffer = new byte[512];
      while (reader.next() != null) {
        int count = reader.read(buffer);
        while (count > 0) {
          count = reader.read(buffer);
        }
      }
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  /// A good archive with a few bytes changed is unpacked or refused, as a layer and as a context's.
  @Property(tries = 300)
  void damagedArchives(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    byte[] archive =
        new Archive()
            .folder("a")
            .file("a/b", "content")
            .symbolicLink("l", "../outside")
            .hardLink("h", "a/b")
            .file("l/x", "x")
            .file("a/.wh.b", "")
            .file("n".repeat(120), "long")
            .toBytes();
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      archive[random.nextInt(archive.length)] = (byte) random.nextInt();
    }
    entries(archive);
    Path folder = Files.createTempDirectory("fuzz");
    try {
      Path root = Files.createDirectory(folder.resolve("root"));
      Path outside = Files.createDirectory(folder.resolve("outside"));
      Files.writeString(outside.resolve("secret"), "secret");
      MemoryXattrs xattrs = new MemoryXattrs();
      SortedMap<String, String> before = Tree.of(outside, xattrs);
      unpack(archive, root, xattrs);
      assertThat(Tree.of(outside, xattrs)).isEqualTo(before);
      assertThat(folder.toFile().list()).containsExactlyInAnyOrder("root", "outside");
    } finally {
      delete(folder);
    }
  }

  private static void unpack(byte[] archive, Path root, MemoryXattrs xattrs) {
    try {
      Digest digest =
          new LayerApplier(new NoNodes(), xattrs, warning -> {})
              .apply(new ByteArrayInputStream(archive), "a damaged layer", root)
              .diffId();
      assertThat(digest).isNotNull();
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  /// Owners, modes and times do not matter here, and times would cost a process each.
  private static final class NoNodes implements FileNodes {
    @Override
    public void make(Path path, Kind kind, int mode, int major, int minor) throws KernelException {
      throw new KernelException("make the node " + path, Errno.EPERM);
    }

    @Override
    public void own(Path path, long uid, long gid) {
      assertThat(path).isNotNull();
    }

    @Override
    public void permit(Path path, int mode) {
      assertThat(path).isNotNull();
    }

    @Override
    public void touch(Path path, long epochSecond, int nano) {
      assertThat(path).isNotNull();
    }

    @Override
    public NewFiles newFiles() {
      return new PlainNewFiles(this);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
