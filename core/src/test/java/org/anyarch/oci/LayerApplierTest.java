package org.anyarch.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerApplierTest {
  @TempDir Path folder;
  private Path root;
  private final MemoryXattrs xattrs = new MemoryXattrs();
  private final List<String> warnings = new ArrayList<>();
  private final LayerApplier applier = new LayerApplier(new CommandNodes(), xattrs, warnings::add);

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
  }

  private void apply(Archive layer) throws IOException {
    applier.apply(layer.stream(), "the layer", root);
  }

  @Test
  void whiteoutDeletesAFileOfALowerLayer() throws IOException {
    apply(new Archive().file("etc/a", "a").file("etc/b", "b"));
    apply(new Archive().file("etc/.wh.a", ""));
    assertThat(root.resolve("etc/a")).doesNotExist();
    assertThat(root.resolve("etc/b")).hasContent("b");
  }

  @Test
  void whiteoutDeletesAWholeFolder() throws IOException {
    apply(new Archive().file("opt/x/y/z", "z").file("opt/k", "k"));
    apply(new Archive().file("opt/.wh.x", ""));
    assertThat(root.resolve("opt/x")).doesNotExist();
    assertThat(root.resolve("opt/k")).exists();
  }

  @Test
  void whiteoutOfWhatIsNotThereIsNoError() throws IOException {
    apply(new Archive().file("none/.wh.x", "").file(".wh.y", ""));
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void whiteoutLeavesWhatItsOwnLayerMade() throws IOException {
    apply(new Archive().file("a", "old"));
    apply(new Archive().file("a", "new").file(".wh.a", ""));
    assertThat(root.resolve("a")).hasContent("new");
  }

  @Test
  void whiteoutDeletesALinkAndNotWhereItLeads() throws IOException {
    apply(new Archive().file("data/keep", "k").symbolicLink("link", "data"));
    apply(new Archive().file(".wh.link", ""));
    assertThat(Files.exists(root.resolve("link"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(root.resolve("data/keep")).exists();
  }

  @Test
  void opaqueFolderHidesLowerFilesWhereverItsMarkerStands() throws IOException {
    apply(new Archive().file("d/old", "o").file("d/sub/old", "o").file("d/both", "o"));
    apply(
        new Archive()
            .folder("d/")
            .file("d/before", "n")
            .file("d/sub/before", "n")
            .file("d/.wh..wh..opq", "")
            .file("d/both", "n"));
    assertThat(Tree.of(root, xattrs).keySet())
        .containsExactly("d", "d/before", "d/both", "d/sub", "d/sub/before");
  }

  @Test
  void booksOfAufsAreNoFiles() throws IOException {
    apply(
        new Archive()
            .folder(".wh..wh.plnk/")
            .file(".wh..wh.plnk/1.2", "x")
            .file(".wh..wh.aufs", ""));
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void aFolderCannotLookLikeAWhiteout() throws IOException {
    Archive layer = new Archive().file(".wh.x/y", "");
    assertThatThrownBy(() -> apply(layer))
        .isInstanceOf(OciException.class)
        .hasMessageContaining("'.wh.x/y'");
  }

  @Test
  void whiteoutOfDotsIsRefused() throws IOException {
    apply(new Archive().file("d/keep", "k"));
    for (String name : List.of("d/.wh.", "d/.wh..", "d/.wh...")) {
      Archive layer = new Archive().file(name, "");
      assertThatThrownBy(() -> apply(layer)).hasMessageContaining("whiteout of no file");
    }
    assertThat(root.resolve("d/keep")).exists();
  }

  @Test
  void modesWithSetuidSetgidAndStickyAndTimesWithNanosecondsComeOut() throws IOException {
    Archive layer = new Archive();
    for (int mode : List.of(04755, 02755, 01777, 0, 0400)) {
      layer.with(TarEntry.file("f" + mode, 0, layer.metadata(mode)));
      layer.with(TarEntry.folder("d" + mode, layer.metadata(mode)));
    }
    apply(layer);
    for (int mode : List.of(04755, 02755, 01777, 0, 0400)) {
      UnixFile file = UnixFile.of(root.resolve("f" + mode));
      assertThat(file.mode()).isEqualTo(mode);
      assertThat(file.modified()).isEqualTo(Archive.TIME);
      assertThat(UnixFile.of(root.resolve("d" + mode)).mode()).isEqualTo(mode);
    }
  }

  @Test
  void aFolderThatTheLayerListsHasItsTimeAlthoughFilesAreMadeInIt() throws IOException {
    apply(new Archive().folder("d/").file("d/x", "").file("d/y/z", ""));
    assertThat(UnixFile.of(root.resolve("d")).modified()).isEqualTo(Archive.TIME);
    assertThat(UnixFile.of(root.resolve("d/y")).modified()).isEqualTo(Archive.TIME);
  }

  @Test
  void aFolderThatTheLayerDoesNotListKeepsItsTime() throws IOException {
    apply(new Archive().folder("d/").file("d/gone", ""));
    apply(new Archive().file("d/new", "").file("d/.wh.gone", ""));
    assertThat(UnixFile.of(root.resolve("d")).modified()).isEqualTo(Archive.TIME);
    assertThat(root.resolve("d/gone")).doesNotExist();
  }

  @Test
  void binaryExtendedAttributesComeOutAsTheyWentIn() throws IOException {
    byte[] capability = {1, 0, 0, 2, 0, 0, 0, (byte) 0x80, (byte) 0xff, '\n', '=', 0};
    Archive layer = new Archive();
    TreeMap<String, byte[]> attributes = new TreeMap<>();
    attributes.put("security.capability", capability);
    Metadata plain = layer.metadata(0755);
    layer.with(
        TarEntry.file("ping", 0, new Metadata(0755, plain.owner(), plain.modified(), attributes)));
    apply(layer);
    assertThat(xattrs.value(root.resolve("ping"), "security.capability")).isEqualTo(capability);
    assertThat(warnings).isEmpty();
  }

  @Test
  void overlaysOwnAttributesAreLeftOutWithAWarning() throws IOException {
    Archive layer = new Archive();
    TreeMap<String, byte[]> attributes = new TreeMap<>();
    attributes.put("user.overlay.redirect", new byte[] {'/'});
    attributes.put("trusted.overlay.opaque", new byte[] {'y'});
    attributes.put("trusted.other", new byte[] {'y'});
    Metadata plain = layer.metadata(0755);
    layer.with(
        TarEntry.folder("d", new Metadata(0755, plain.owner(), plain.modified(), attributes)));
    apply(layer);
    assertThat(xattrs.list(root.resolve("d"))).isEmpty();
    assertThat(warnings).hasSize(3).allMatch(line -> line.contains("'d'"));
  }

  @Test
  void devicesThatMayNotBeMadeAreLeftOutWithAWarning() throws IOException {
    Archive layer = new Archive();
    TarEntry.Device disk = new TarEntry.Device(8, 1);
    layer.with(TarEntry.node(TarEntry.Type.BLOCK_DEVICE, "dev/sda1", layer.metadata(0660), disk));
    apply(layer.file("after", "x"));
    assertThat(root.resolve("dev/sda1")).doesNotExist();
    assertThat(root.resolve("after")).exists();
    assertThat(warnings).singleElement().asString().contains("'dev/sda1'");
  }

  @Test
  void overlaysWhiteoutDeviceIsNotMadeFromALayer() throws IOException {
    Archive layer = new Archive();
    layer.with(
        TarEntry.node(
            TarEntry.Type.CHARACTER_DEVICE, "x", layer.metadata(0), TarEntry.Device.NONE));
    apply(layer);
    assertThat(Files.exists(root.resolve("x"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(warnings).hasSize(1);
  }

  @Test
  void pipesAndLinksAreMade() throws IOException {
    Archive layer = new Archive().file("a", "content");
    layer.with(
        TarEntry.node(TarEntry.Type.FIFO, "pipe", layer.metadata(0620), TarEntry.Device.NONE));
    apply(layer.hardLink("b", "a").symbolicLink("c", "../etc/nowhere"));
    assertThat(UnixFile.of(root.resolve("pipe")).kind()).isEqualTo(UnixFile.Kind.FIFO);
    assertThat(Files.isSameFile(root.resolve("a"), root.resolve("b"))).isTrue();
    assertThat(Files.readSymbolicLink(root.resolve("c"))).hasToString("../etc/nowhere");
    assertThat(UnixFile.of(root.resolve("c")).modified()).isEqualTo(Archive.TIME);
  }

  /// Where a name leads changes within a layer.
  @Test
  void namesLeadWhereTheLinksOfThatMomentLead() throws IOException {
    apply(
        new Archive()
            .file("later/.wh.x", "")
            .file("way/a", "replaced by a link")
            .file("one/a", "")
            .symbolicLink("link", "one")
            .hardLink("later", "link")
            .file("later/b", "")
            .symbolicLink("way", "one")
            .file("way/c", "")
            .symbolicLink("link", "two")
            .file("link/d", "")
            .file("two/e", ""));
    assertThat(root.resolve("one")).isDirectoryContaining("glob:**/{a,b,c}");
    assertThat(Listing.of(root.resolve("one"))).hasSize(3);
    assertThat(Listing.of(root.resolve("two"))).hasSize(2);
  }

  @Test
  void theRootFolderItselfCanBeDescribedButNotReplaced() throws IOException {
    Archive layer = new Archive();
    apply(layer.with(TarEntry.folder("./", layer.metadata(0711))));
    assertThat(UnixFile.of(root).mode()).isEqualTo(0711);
    assertThat(UnixFile.of(root).modified()).isEqualTo(Archive.TIME);
    Archive link = new Archive().symbolicLink("/", "/tmp");
    assertThatThrownBy(() -> apply(link)).hasMessageContaining("replace the root folder");
    assertThat(root).isDirectory();
  }

  @Test
  void anOwnerThatIsNotMappedIsRefusedWithWhatToDo() throws IOException {
    Archive layer = new Archive();
    Metadata metadata = Metadata.of(0644, new Owner(0xffff_fffeL, 0), Instant.EPOCH);
    layer.with(TarEntry.file("x", 0, metadata));
    TarEntry entry = TarEntry.file("y", 0, layer.metadata(0644));
    assertThat(entry.name()).isEqualTo("y");
    try {
      apply(layer);
      assertThat(UnixFile.of(root.resolve("x")).owner().uid()).isEqualTo(0xffff_fffeL);
    } catch (OciException e) {
      assertThat(e).hasMessageContaining("'x'").hasMessageContaining("/etc/subuid");
    }
  }

  @Test
  void theContentsOfWhatWasWrittenAreKnown() throws IOException {
    Files.writeString(root.resolve("below"), "of a lower layer");
    byte[] tar =
        new Archive()
            .file("a", "one")
            .hardLink("b", "a")
            .file("a", "two")
            .hardLink("c", "below")
            .file("gone", "x")
            .folder("gone")
            .toBytes();

    FileContents contents =
        applier.apply(new ByteArrayInputStream(tar), "the layer", root).contents();

    assertThat(contents.sha256(root, root.resolve("a"))).isEqualTo(sha256("two"));
    assertThat(contents.sha256(root, root.resolve("b"))).isEqualTo(sha256("one"));
    for (String unknown : List.of("below", "c", "gone", "")) {
      assertThat(contents.sha256(root, root.resolve(unknown))).as(unknown).isNull();
    }
  }

  @Test
  void aFileThatBreaksOffIsNotLeftOpen() throws IOException {
    byte[] whole = new Archive().file("a", "x".repeat(100_000)).toBytes();
    ByteArrayInputStream cut = new ByteArrayInputStream(Arrays.copyOf(whole, 50_000));
    assertThatThrownBy(() -> applier.apply(cut, "the layer", root))
        .isInstanceOf(OciException.class)
        .hasMessageContaining("'a'");
    apply(new Archive().file("b", "b"));
    assertThat(root.resolve("b")).hasContent("b");
  }

  private static byte[] sha256(String content) {
    return Digest.sha256().digest(content.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void gzipInSeveralMembersIsReadToItsEnd() throws IOException {
    byte[] tar = new Archive().file("a", "x".repeat(5000)).file("b", "y").toBytes();
    ByteArrayOutputStream layer = new ByteArrayOutputStream();
    for (int at = 0; at < tar.length; at += 3000) {
      try (GZIPOutputStream gzip = new GZIPOutputStream(layer)) {
        gzip.write(tar, at, Math.min(3000, tar.length - at));
      }
    }
    Digest diffId =
        applier.apply(new ByteArrayInputStream(layer.toByteArray()), "the layer", root).diffId();
    assertThat(root.resolve("b")).hasContent("y");
    assertThat(diffId).isEqualTo(Digest.ofSha256(tar));
  }

  @Test
  void damagedZstdIsToldByName() {
    byte[] zstd = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0, 0, 0};
    assertThatThrownBy(() -> applier.apply(new ByteArrayInputStream(zstd), "the layer x", root))
        .isInstanceOf(OciException.class)
        .hasMessageContaining("the layer x");
  }

  @Test
  void aLayerThatEndsEarlyIsRefused() throws IOException {
    byte[] tar = new Archive().file("file", "x".repeat(5000)).toBytes();
    byte[] half = java.util.Arrays.copyOf(tar, 2000);
    assertThatThrownBy(() -> applier.apply(new ByteArrayInputStream(half), "the layer", root))
        .isInstanceOf(OciException.class)
        .hasMessageContaining("'file'");
  }

  @Test
  void aLayerWhoseBlobIsAnotherIsRefused() throws IOException {
    Layout layout = Layout.create(folder.resolve("layout"));
    Descriptor layer = layout.put(MediaType.LAYER, new Archive().file("a", "x").toBytes());
    Files.write(
        layout.root().resolve(layer.digest().path()), new Archive().file("a", "y").toBytes());
    assertThatThrownBy(() -> applier.apply(layout, layer, root))
        .isInstanceOf(OciException.class)
        .hasMessageContaining(layer.digest().hex());
  }

  @Test
  void whatIsNoLayerIsNotUnpacked() throws IOException {
    Layout layout = Layout.create(folder.resolve("layout"));
    Descriptor config = layout.put(MediaType.CONFIG, new byte[0]);
    assertThatThrownBy(() -> applier.apply(layout, config, root))
        .hasMessageContaining(MediaType.CONFIG);
  }
}
