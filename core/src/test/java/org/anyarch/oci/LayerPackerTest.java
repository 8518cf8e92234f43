package org.anyarch.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.anyarch.kernel.FileNodes;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerPackerTest {
  private static final Instant EPOCH = Instant.ofEpochSecond(1_700_000_000);

  @TempDir Path folder;
  private Path upper;
  private Layout layout;
  private final MemoryXattrs xattrs = new MemoryXattrs();
  private final CommandNodes nodes = new CommandNodes();
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void makeFolders() throws IOException {
    upper = Files.createDirectory(folder.resolve("upper"));
    layout = Layout.create(folder.resolve("layout"));
  }

  private PackedLayer pack() throws IOException {
    return new LayerPacker(xattrs, time -> time.isAfter(EPOCH) ? EPOCH : time, warnings::add)
        .pack(upper, layout);
  }

  private byte[] tar(PackedLayer layer) throws IOException {
    byte[] blob = layout.bytes(layer.descriptor(), 1 << 20);
    return new GZIPInputStream(new ByteArrayInputStream(blob)).readAllBytes();
  }

  /// Read by somebody else's tar.
  private List<TarArchiveEntry> entries(PackedLayer layer) throws IOException {
    List<TarArchiveEntry> entries = new ArrayList<>();
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(new ByteArrayInputStream(tar(layer)), "UTF-8")) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private List<String> names(PackedLayer layer) throws IOException {
    return entries(layer).stream().map(TarArchiveEntry::getName).toList();
  }

  @Test
  void nothingChangedCanBeSeen() throws IOException {
    assertThat(pack().isEmpty()).isTrue();
    Files.createDirectory(upper.resolve("d"));
    assertThat(pack().isEmpty()).isFalse();
  }

  @Test
  void digestsAreThoseOfTheBlobAndOfItsContent() throws IOException {
    Files.writeString(upper.resolve("a"), "a");
    PackedLayer layer = pack();
    assertThat(layer.diffId()).isEqualTo(Digest.ofSha256(tar(layer)));
    byte[] blob = layout.bytes(layer.descriptor(), 1 << 20);
    assertThat(layer.descriptor())
        .isEqualTo(Descriptor.of(MediaType.LAYER_GZIP, Digest.ofSha256(blob), blob.length));
    assertThat(layer.entries()).isEqualTo(1);
  }

  @Test
  void theGzipHeaderSaysNothingOfTheMachine() throws IOException {
    byte[] blob = layout.bytes(pack().descriptor(), 1 << 20);
    assertThat(blob).startsWith(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
  }

  @Test
  void pathsAreSortedByTheirBytes() throws IOException {
    // U+FF5E sorts after U+1F600 in UTF-16, and before it in UTF-8.
    for (String name : List.of("a.b", "a-b", "a/c", "a/b/c", "ab", "B", "é", "～", "😀", "a0")) {
      Path file = upper.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }
    assertThat(names(pack()))
        .containsExactly(
            "B", "a-b", "a.b", "a/", "a/b/", "a/b/c", "a/c", "a0", "ab", "é", "～", "😀");
  }

  @Test
  void laterTimesAreClampedAndEarlierOnesKeepTheirNanoseconds() throws IOException {
    Instant earlier = Instant.parse("2001-01-01T01:01:01.000000001Z");
    Files.writeString(upper.resolve("earlier"), "");
    Files.setLastModifiedTime(upper.resolve("earlier"), FileTime.from(earlier));
    Files.writeString(upper.resolve("later"), "");
    List<TarArchiveEntry> entries = entries(pack());
    assertThat(entries.get(0).getLastModifiedTime().toInstant()).isEqualTo(earlier);
    assertThat(entries.get(1).getLastModifiedTime().toInstant()).isEqualTo(EPOCH);
  }

  @Test
  void equalTreesGiveEqualLayersWhateverTheirFolderOrderAndTime() throws IOException {
    List<String> names = new ArrayList<>(List.of("x", "d/y", "d/e/z", "k"));
    fill(names);
    nodes.make(upper.resolve("gone"), FileNodes.Kind.CHARACTER_DEVICE, 0, 0, 0);
    PackedLayer first = pack();
    upper = Files.createDirectory(folder.resolve("another"));
    Collections.reverse(names);
    nodes.make(upper.resolve("gone"), FileNodes.Kind.CHARACTER_DEVICE, 0, 0, 0);
    fill(names);
    FileTime later = FileTime.from(EPOCH.plusSeconds(99_999));
    for (String name : List.of("x", "d/y", "d/e", "d", "k")) {
      Files.setLastModifiedTime(upper.resolve(name), later);
    }
    assertThat(pack()).isEqualTo(first);
  }

  private void fill(List<String> names) throws IOException {
    for (String name : names) {
      Files.createDirectories(upper.resolve(name).getParent());
      Files.writeString(upper.resolve(name), name);
      xattrs.set(upper.resolve(name), "user.b", new byte[] {1});
      xattrs.set(upper.resolve(name), "user.a", new byte[] {2});
    }
    Files.createLink(upper.resolve("b-link"), upper.resolve("x"));
  }

  @Test
  void theFirstOfSeveralNamesIsTheFile() throws IOException {
    Files.writeString(upper.resolve("m"), "content");
    Files.createLink(upper.resolve("z"), upper.resolve("m"));
    Files.createLink(upper.resolve("a"), upper.resolve("m"));
    List<TarArchiveEntry> entries = entries(pack());
    assertThat(entries.get(0).isFile()).isTrue();
    assertThat(entries.get(0).getSize()).isEqualTo(7);
    assertThat(entries.subList(1, 3)).allMatch(TarArchiveEntry::isLink);
    assertThat(entries.get(1).getLinkName()).isEqualTo("a");
  }

  @Test
  void deviceAndAttributeOfOverlayBecomeWhiteouts() throws IOException {
    Files.createDirectory(upper.resolve("d"));
    nodes.make(upper.resolve("d/device"), FileNodes.Kind.CHARACTER_DEVICE, 0, 0, 0);
    Files.createFile(upper.resolve("d/attribute"));
    xattrs.set(upper.resolve("d/attribute"), "user.overlay.whiteout", new byte[0]);
    assertThat(names(pack())).containsExactly("d/", "d/.wh.attribute", "d/.wh.device");
  }

  @Test
  void opaqueFoldersAreMarkedBeforeTheirContent() throws IOException {
    for (String name : List.of("user", "trusted", "files")) {
      Files.createDirectory(upper.resolve(name));
      Files.createFile(upper.resolve(name).resolve("!"));
    }
    xattrs.set(upper.resolve("user"), "user.overlay.opaque", new byte[] {'y'});
    xattrs.setAsRoot(upper.resolve("trusted"), "trusted.overlay.opaque", new byte[] {'y'});
    // Only says that whiteouts in it are attributes.
    xattrs.set(upper.resolve("files"), "user.overlay.opaque", new byte[] {'x'});
    assertThat(names(pack()))
        .containsExactly(
            "files/",
            "files/!",
            "trusted/",
            "trusted/.wh..wh..opq",
            "trusted/!",
            "user/",
            "user/.wh..wh..opq",
            "user/!");
  }

  @Test
  void attributesOfTheImageStayAndThoseOfTheHostDoNot() throws IOException {
    byte[] capability = {1, 0, 0, 2, (byte) 0xff, 0};
    Files.createFile(upper.resolve("ping"));
    xattrs.set(upper.resolve("ping"), "security.capability", capability);
    xattrs.set(upper.resolve("ping"), "security.selinux", new byte[] {'s'});
    xattrs.set(upper.resolve("ping"), "user.overlay.origin", new byte[] {'o'});
    xattrs.setAsRoot(upper.resolve("ping"), "trusted.secret", new byte[] {'t'});
    xattrs.set(upper.resolve("ping"), "user.note", new byte[] {'n'});
    Path root = Files.createDirectory(folder.resolve("root"));
    new LayerApplier(nodes, xattrs, warnings::add).apply(layout, pack().descriptor(), root);
    Path ping = root.resolve("ping");
    assertThat(xattrs.list(ping)).containsExactly("security.capability", "user.note");
    assertThat(xattrs.value(ping, "security.capability")).isEqualTo(capability);
    assertThat(warnings).isEmpty();
  }

  @Test
  void contentThatOverlayLeftBelowIsRefused() throws IOException {
    Files.createFile(upper.resolve("big"));
    xattrs.set(upper.resolve("big"), "user.overlay.metacopy", new byte[0]);
    assertThatThrownBy(this::pack)
        .isInstanceOf(OciException.class)
        .hasMessageContaining("'big'")
        .hasMessageContaining("metacopy=off");
  }

  @Test
  void namesThatAreNotUtf8AreRefusedByName() throws IOException {
    Files.createFile(Path.of(URI.create(upper.toUri() + "caf%e9")));
    assertThatThrownBy(this::pack)
        .isInstanceOf(OciException.class)
        .hasMessageContaining("'caf\ufffd'")
        .hasMessageContaining("UTF-8");
  }

  @Test
  void namesThatLookLikeWhiteoutsAreRefused() throws IOException {
    Files.createFile(upper.resolve(".wh.x"));
    assertThatThrownBy(this::pack).isInstanceOf(OciException.class).hasMessageContaining("'.wh.x'");
  }

  @Test
  void aFailedPackLeavesNoBlob() throws IOException {
    Files.createFile(upper.resolve(".wh.x"));
    assertThatThrownBy(this::pack).isInstanceOf(OciException.class);
    assertThat(layout.root().resolve("blobs/sha256")).isEmptyDirectory();
  }

  @Test
  void socketsAreLeftOutWithAWarning() throws IOException {
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(upper.resolve("s")));
      assertThat(pack().isEmpty()).isTrue();
    }
    assertThat(warnings).containsExactly("left out the socket 's'");
  }

  @Test
  void whatUstarCannotHoldIsReadByOthersAllTheSame() throws IOException {
    String deep = "folder/".repeat(20) + "f".repeat(40);
    String longer = "g".repeat(200);
    Files.createDirectories(upper.resolve(deep).getParent());
    Files.writeString(upper.resolve(deep), "deep");
    Files.writeString(upper.resolve(longer), "longer");
    Files.createSymbolicLink(upper.resolve("ü"), Path.of("t".repeat(150)));
    PackedLayer layer = pack();
    assertThat(names(layer)).contains(deep, longer, "ü");
    assertThat(entries(layer).getLast().getLinkName()).isEqualTo("t".repeat(150));
    assertThat(new String(tar(layer), StandardCharsets.UTF_8)).doesNotContain("uname=");
  }
}
