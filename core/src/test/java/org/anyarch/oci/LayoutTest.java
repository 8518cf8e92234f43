package org.anyarch.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {
  private static final Platform ARM64 = new Platform("linux", "arm64", "");
  private static final Platform ARM_V7 = new Platform("linux", "arm", "v7");
  private static final Platform ARM_V6 = new Platform("linux", "arm", "v6");
  private static final Platform S390X = new Platform("linux", "s390x", "");

  @TempDir Path folder;
  private Layout layout;

  @BeforeEach
  void makeLayout() throws IOException {
    layout = Layout.create(folder.resolve("layout"));
  }

  private Descriptor image(Platform platform) throws IOException {
    Descriptor config =
        layout.put(MediaType.CONFIG, ImageConfig.of(platform).withAuthor("me").bytes());
    Descriptor layer = layout.put(MediaType.LAYER, platform.toString().getBytes(UTF_8));
    return layout.put(MediaType.MANIFEST, Manifest.of(config, List.of(layer)).bytes());
  }

  @Test
  void whatWasWrittenIsReadAgain() throws IOException {
    Descriptor blob = layout.put("text/plain", "hello".getBytes(UTF_8));
    assertThat(blob.digest()).isEqualTo(Digest.ofSha256("hello".getBytes(UTF_8)));
    assertThat(Layout.open(layout.root()).bytes(blob, 5)).asString().isEqualTo("hello");
    assertThatThrownBy(() -> layout.bytes(blob, 4)).hasMessageContaining("larger than 4");
  }

  @Test
  void equalBlobsCanBeWrittenTwice() throws IOException {
    assertThat(layout.put("a/b", new byte[3])).isEqualTo(layout.put("a/b", new byte[3]));
  }

  @Test
  void aBlobThatIsNotCommittedLeavesNothing() throws IOException {
    try (BlobWriter writer = layout.newBlob("a/b")) {
      writer.write(new byte[10]);
    }
    assertThat(layout.root().resolve("blobs/sha256")).isEmptyDirectory();
  }

  @Test
  void whatAKilledWriterLeftIsSweptAndWhatIsBeingWrittenIsNot() throws Exception {
    Path blobs = layout.root().resolve("blobs/sha256");
    Path left = Files.createFile(blobs.resolve(".partial-1-left"));
    try (BlobWriter writer = layout.newBlob("a/b")) {
      writer.write(1);
      Layout.create(layout.root());
      assertThat(left).doesNotExist();
      assertThat(writer.commit().size()).isEqualTo(1);
    }
  }

  @Test
  void aCommittedBlobCannotBeCommittedAgain() throws IOException {
    try (BlobWriter writer = layout.newBlob("a/b")) {
      writer.commit();
      assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aBlobOfOtherContentIsRefusedAtItsEnd() throws IOException {
    Descriptor blob = layout.put("text/plain", "hello".getBytes(UTF_8));
    Path file = layout.root().resolve(blob.digest().path());
    for (String content : List.of("hellO", "hell", "hello!")) {
      Files.writeString(file, content);
      assertThatThrownBy(
              () -> {
                try (InputStream in = layout.open(blob)) {
                  in.readAllBytes();
                }
              })
          .isInstanceOf(OciException.class)
          .hasMessageContaining(blob.digest().hex())
          .hasMessageContaining("fetch or build it again");
    }
  }

  @Test
  void aMissingBlobIsNamed() {
    Descriptor blob = Descriptor.of("a/b", Digest.ofSha256(new byte[1]), 1);
    assertThatThrownBy(() -> layout.open(blob))
        .isInstanceOf(OciException.class)
        .hasMessageContaining(blob.digest().toString())
        .hasMessageContaining("incomplete");
  }

  @Test
  void aFolderThatHoldsOtherFilesBecomesNoLayout() throws IOException {
    Path home = Files.createDirectory(folder.resolve("home"));
    Files.writeString(home.resolve("letter"), "dear");
    assertThatThrownBy(() -> Layout.create(home))
        .isInstanceOf(OciException.class)
        .hasMessageContaining("no OCI image layout");
    assertThat(home).isDirectoryContaining("glob:**/letter");
    assertThat(home.resolve("blobs")).doesNotExist();
    assertThatThrownBy(() -> Layout.open(home)).isInstanceOf(OciException.class);
    assertThatThrownBy(() -> Layout.create(home.resolve("letter")))
        .isInstanceOf(OciException.class);
  }

  @Test
  void aLayoutOfAnotherVersionIsRefused() throws IOException {
    Files.writeString(layout.root().resolve("oci-layout"), "{\"imageLayoutVersion\":\"2.0.0\"}");
    assertThatThrownBy(() -> Layout.open(layout.root())).hasMessageContaining("2.0.0");
    assertThatThrownBy(() -> Layout.create(layout.root())).hasMessageContaining("2.0.0");
  }

  @Test
  void creatingALayoutThatIsThereKeepsIt() throws IOException {
    layout.tag("a", image(ARM64));
    assertThat(Layout.create(layout.root()).named("a")).isPresent();
  }

  @Test
  void aNameBelongsToItsLastImage() throws IOException {
    Descriptor first = image(ARM64);
    Descriptor second = image(S390X);
    layout.tag("hello:1", first);
    layout.tag("hello:1", second);
    layout.tag("hello:2", first);
    assertThat(layout.named("hello:1").orElseThrow().digest()).isEqualTo(second.digest());
    assertThat(layout.named("hello:2").orElseThrow().digest()).isEqualTo(first.digest());
    assertThat(layout.named("hello:3")).isEmpty();
    assertThat(layout.index().manifests()).hasSize(2);
  }

  /// Other tools look for the tag alone and refuse a layout that has it twice.
  @Test
  void aTagBelongsToItsLastImageAndTheOlderKeepsItsWholeName() throws IOException {
    Descriptor first = image(ARM64);
    Descriptor second = image(S390X);
    layout.tag("one", first);
    layout.tag("two", second);

    assertThat(layout.named("latest").orElseThrow().digest()).isEqualTo(second.digest());
    assertThat(layout.named("one").orElseThrow().digest()).isEqualTo(first.digest());
    assertThat(layout.named("two").orElseThrow().digest()).isEqualTo(second.digest());
    assertThat(layout.index().manifests())
        .filteredOn(e -> e.annotations().containsKey("org.opencontainers.image.ref.name"))
        .hasSize(1);
  }

  @Test
  void aWholeNameGoesBeforeATag() throws IOException {
    Descriptor tagged = image(ARM64);
    Descriptor named = image(S390X);
    layout.tag("hello:1", tagged);
    layout.tag("1", named);

    assertThat(layout.named("1").orElseThrow().digest()).isEqualTo(named.digest());
    assertThat(layout.named("hello:1").orElseThrow().digest()).isEqualTo(tagged.digest());
  }

  @Test
  void theOnlyImageNeedsNoName() throws IOException {
    assertThatThrownBy(() -> layout.only()).hasMessageContaining("holds no image");
    layout.tag("one", image(ARM64));
    assertThat(layout.only().digest()).isEqualTo(image(ARM64).digest());
    layout.tag("two", image(S390X));
    assertThatThrownBy(() -> layout.only()).hasMessageContaining("one or two");
  }

  @Test
  void oneImageMayBeWithoutAName() throws IOException {
    layout.tag("", image(ARM64));
    layout.tag("", image(S390X));
    assertThat(layout.only().digest()).isEqualTo(image(S390X).digest());
    assertThat(layout.only().annotations()).isEmpty();
    layout.tag("named", image(ARM64));
    assertThat(layout.index().manifests()).hasSize(2);
  }

  @Test
  void aPlaceIsCheckedWithoutTouchingIt() throws IOException {
    Path none = folder.resolve("none");
    Layout.check(none, "a:1");
    assertThat(none).doesNotExist();
    Layout.check(layout.root(), "");
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> Layout.check(file, "")).hasMessageContaining("is a file");
    assertThatThrownBy(() -> Layout.check(folder, "")).hasMessageContaining("holds files");
    assertThatThrownBy(() -> Layout.check(none, "a b")).hasMessageContaining("cannot name");
  }

  @Test
  void namesThatToolsCannotReadAreRefused() throws IOException {
    Descriptor image = image(ARM64);
    for (String name : List.of("a b", "/a", "a//b", "-a", "a\n", "ü", "a".repeat(600))) {
      assertThatThrownBy(() -> layout.tag(name, image)).isInstanceOf(OciException.class);
    }
    layout.tag("localhost:5000/a/b--c:v1.0", image);
  }

  @Test
  void onlyWhatIsThereCanBeNamed() {
    Descriptor elsewhere = Descriptor.of(MediaType.INDEX, Digest.ofSha256(new byte[1]), 1);
    assertThatThrownBy(() -> layout.tag("a", elsewhere)).hasMessageContaining("is not in");
  }

  @Test
  void entriesOfOtherToolsKeepTheirFields() throws IOException {
    Descriptor image = image(ARM64);
    String foreign =
        "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"artifactType\":\"x/y\",\"annotations\":{\"io.containerd.image.name\":\"reg/a:1\"}}"
            .formatted(image.mediaType(), image.digest(), image.size());
    Files.writeString(
        layout.root().resolve("index.json"),
        "{\"schemaVersion\":2,\"extra\":1,\"manifests\":[" + foreign + "]}");
    layout.tag("mine", image);
    assertThat(layout.root().resolve("index.json"))
        .content()
        .contains(foreign)
        .contains("\"extra\":1");
    assertThat(layout.named("reg/a:1")).isPresent();
    assertThat(layout.named("mine")).isPresent();
  }

  @Test
  void everybodyWhoTagsAtOnceWins() throws Exception {
    Descriptor image = image(ARM64);
    List<Callable<Void>> tags = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      String name = "t" + i;
      tags.add(
          () -> {
            Layout.create(layout.root()).tag(name, image);
            return null;
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Void> done : threads.invokeAll(tags)) {
        done.get();
      }
    }
    assertThat(layout.index().manifests()).hasSize(24);
    try (var files = Files.list(layout.root())) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void processesThatTagAtOnceAllWin() throws Exception {
    Descriptor image = image(ARM64);
    List<Process> others = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      others.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Tagging.class.getName(),
                  layout.root().toString(),
                  image.digest().toString(),
                  Long.toString(image.size()),
                  "p" + i + "-")
              .inheritIO()
              .start());
    }
    for (Process other : others) {
      assertThat(other.waitFor()).isZero();
    }
    assertThat(layout.index().manifests()).hasSize(2 * Tagging.NAMES);
  }

  /// Another process that tags.
  static final class Tagging {
    static final int NAMES = 50;

    private Tagging() {}

    public static void main(String[] arguments) throws IOException {
      Layout layout = Layout.open(Path.of(arguments[0]));
      Descriptor image =
          Descriptor.of(
              MediaType.MANIFEST, Digest.parse(arguments[1]), Long.parseLong(arguments[2]));
      for (int i = 0; i < NAMES; i++) {
        layout.tag(arguments[3] + i, image);
      }
    }
  }

  private Descriptor index(Platform... platforms) throws IOException {
    List<Descriptor> entries = new ArrayList<>();
    for (Platform platform : platforms) {
      entries.add(image(platform).withPlatform(platform));
    }
    return layout.put(MediaType.INDEX, Index.of(entries).bytes());
  }

  @Test
  void thePlatformIsFoundInNestedIndexesAndInPlainManifests() throws IOException {
    Descriptor nested = index(S390X);
    Descriptor plain = image(ARM64);
    Descriptor root = layout.put(MediaType.INDEX, Index.of(List.of(nested, plain)).bytes());
    assertThat(layout.resolve(root, S390X).config().platform()).isEqualTo(S390X);
    assertThat(layout.resolve(root, ARM64).descriptor()).isEqualTo(plain);
    assertThat(layout.resolve(plain, ARM64).manifest().layers()).hasSize(1);
  }

  @Test
  void theExactPlatformWinsOverOneThatMatches() throws IOException {
    Descriptor root = index(ARM_V6, ARM_V7);
    assertThat(layout.resolve(root, ARM_V7).platform()).isEqualTo(ARM_V7);
    assertThat(layout.resolve(root, ARM_V6).platform()).isEqualTo(ARM_V6);
    assertThat(layout.resolve(root, new Platform("linux", "arm", "v8")).platform())
        .isEqualTo(ARM_V7);
  }

  @Test
  void anAbsentPlatformIsToldWithThoseThatAreThere() throws IOException {
    Descriptor attestation = image(ARM64).withPlatform(new Platform("unknown", "unknown", ""));
    List<Descriptor> entries = new ArrayList<>(layout.index(index(ARM_V7, ARM64)).manifests());
    entries.add(attestation);
    Descriptor root = layout.put(MediaType.INDEX, Index.of(entries).bytes());
    assertThatThrownBy(() -> layout.resolve(root, S390X))
        .isInstanceOf(OciException.class)
        .hasMessageContaining("has no linux/s390x; it has linux/arm/v7, linux/arm64.");
  }

  @Test
  void aCopiedImageHasAllItsBlobsWithTheirBytes() throws IOException {
    Descriptor root = index(ARM64, S390X);
    Layout other = Layout.create(folder.resolve("other"));
    other.copy(layout, root);
    other.tag("copy", root);
    Resolved image = other.resolve(other.only(), S390X);
    assertThat(other.bytes(image.manifest().layers().getFirst(), 1000)).isNotEmpty();
  }

  @Test
  void aDamagedBlobIsNotCopied() throws IOException {
    Descriptor blob = layout.put("a/b", new byte[3]);
    Files.write(layout.root().resolve(blob.digest().path()), new byte[] {1, 2, 3});
    Layout other = Layout.create(folder.resolve("other"));
    assertThatThrownBy(() -> other.copyBlob(layout, blob, Counted.NOWHERE))
        .isInstanceOf(OciException.class);
    assertThat(other.has(blob)).isFalse();
  }

  /// The amounts that a copy told to have read: many of a blob that was read, one of another.
  private static List<Long> copied(Layout from, Descriptor blob, Layout to) throws IOException {
    List<Long> amounts = new ArrayList<>();
    to.copyBlob(from, blob, amounts::add);
    return amounts;
  }

  @Test
  void whatACopyHasVerifiedIsNotReadAgainForTheNext() throws IOException {
    Descriptor blob = layout.put("a/b", new byte[200_000]);
    Layout second = Layout.create(folder.resolve("second"));
    assertThat(copied(layout, blob, second)).hasSizeGreaterThan(1);
    Layout third = Layout.create(folder.resolve("third"));
    assertThat(copied(second, blob, third)).containsExactly(200_000L);
    assertThat(third.bytes(blob, 200_000)).isEqualTo(new byte[200_000]);
  }

  @Test
  void whatWasChangedBehindACopyIsReadAgain() throws IOException {
    Descriptor blob = layout.put("a/b", new byte[3]);
    Layout second = Layout.create(folder.resolve("second"));
    second.copyBlob(layout, blob, Counted.NOWHERE);
    Path file = second.root().resolve(blob.digest().path());
    Files.write(file, new byte[] {1, 2, 3});
    // The change may fall into the tick of the copy, which only a concurrent writer could.
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    Layout third = Layout.create(folder.resolve("third"));
    assertThatThrownBy(() -> third.copyBlob(second, blob, Counted.NOWHERE))
        .isInstanceOf(OciException.class);
    assertThat(third.has(blob)).isFalse();
  }

  @Test
  void whatWasReadAndVerifiedIsNotReadAgainToBeCopied() throws IOException {
    Descriptor blob = layout.put("a/b", new byte[200_000]);
    Layout old = Layout.open(layout.root(), Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1)));
    old.bytes(blob, 200_000);
    Layout other = Layout.create(folder.resolve("other"));
    assertThat(copied(old, blob, other)).containsExactly(200_000L);
  }

  @Test
  void whatMayHaveChangedWithinATickOfItsReadingIsReadAgain() throws IOException {
    Descriptor blob = layout.put("a/b", new byte[200_000]);
    layout.bytes(blob, 200_000);
    Layout other = Layout.create(folder.resolve("other"));
    assertThat(copied(layout, blob, other)).hasSizeGreaterThan(1);
  }

  @Test
  void whatWasNotReadToItsEndIsNotVerified() throws IOException {
    Descriptor blob = layout.put("a/b", new byte[200_000]);
    Layout old = Layout.open(layout.root(), Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1)));
    try (InputStream in = old.open(blob)) {
      assertThat(in.readNBytes(200_000)).hasSize(200_000);
    }
    Layout other = Layout.create(folder.resolve("other"));
    assertThat(copied(old, blob, other)).hasSizeGreaterThan(1);
  }

  @Test
  void annotationsAreSortedAndKept() throws IOException {
    Descriptor image =
        new Descriptor(
            image(ARM64).mediaType(),
            image(ARM64).digest(),
            image(ARM64).size(),
            ARM64,
            Map.of("b", "2", "a", "1"));
    layout.tag("x", image);
    assertThat(layout.only())
        .isEqualTo(
            image
                .withAnnotation("io.containerd.image.name", "x")
                .withAnnotation("org.opencontainers.image.ref.name", "latest"));
  }
}
