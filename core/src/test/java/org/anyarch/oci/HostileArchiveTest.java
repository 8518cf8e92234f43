package org.anyarch.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What archives do that want out. Next to the root lies `outside`, and nothing there may change.
class HostileArchiveTest {
  @TempDir Path folder;
  private Path root;
  private Path outside;
  private SortedMap<String, String> before;
  private final MemoryXattrs xattrs = new MemoryXattrs();

  @BeforeEach
  void makeRootAndWhatLiesBesideIt() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    Files.createDirectory(root.resolve("etc"));
    outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    before = Tree.of(outside, xattrs);
  }

  interface Attack {
    Archive from(Path outside) throws IOException;
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments("../outside/x", (Attack) o -> new Archive().file("../outside/x", "x")),
        arguments("/../outside/x", (Attack) o -> new Archive().file("/../outside/x", "x")),
        arguments("a/../../x", (Attack) o -> new Archive().file("a/../../x", "x")),
        arguments("..", (Attack) o -> new Archive().folder("..")),
        arguments("d/..", (Attack) o -> new Archive().symbolicLink("d/..", "/")),
        arguments("hard", (Attack) o -> new Archive().hardLink("hard", "../outside/secret")),
        arguments(
            "hard", (Attack) o -> new Archive().hardLink("hard", o.resolve("secret").toString())),
        arguments(
            "hard",
            (Attack)
                o -> new Archive().symbolicLink("d", o.toString()).hardLink("hard", "d/secret")),
        arguments("hard", (Attack) o -> new Archive().hardLink("hard", "etc")),
        arguments("hard", (Attack) o -> new Archive().hardLink("hard", "/")),
        arguments("etc", (Attack) o -> new Archive().file("etc/x", "").hardLink("etc", "etc/x")),
        arguments(
            "a/x",
            (Attack)
                o -> new Archive().symbolicLink("a", "b").symbolicLink("b", "a").file("a/x", "")),
        arguments("file/x", (Attack) o -> new Archive().file("file", "").file("file/x", "")),
        arguments("n".repeat(150), (Attack) o -> new Archive().file("n".repeat(300), "")),
        arguments("d/d/d", (Attack) o -> new Archive().file("d/".repeat(3000) + "x", "")),
        arguments("zero", (Attack) o -> new Archive().file("zero\0../x", "")),
        arguments("link", (Attack) o -> new Archive().symbolicLink("link", "")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void isRefusedByTheEntrysName(String name, Attack attack) throws IOException {
    Archive archive = attack.from(outside);
    LayerApplier applier = new LayerApplier(new CommandNodes(), xattrs, warning -> {});
    TarExtractor extractor = new TarExtractor(new CommandNodes(), xattrs, warning -> {});
    Path file = archive.in(folder);
    assertThatThrownBy(() -> applier.apply(archive.stream(), "the layer", root))
        .isInstanceOf(OciException.class)
        .hasMessageContaining(name);
    assertThatThrownBy(() -> extractor.extract(file, root, "/opt", null))
        .isInstanceOf(OciException.class)
        .hasMessageContaining(name);
    assertThat(Tree.of(outside, xattrs)).isEqualTo(before);
  }

  /// A layer may do these, since it describes a whole root; an archive that is added may not.
  static Stream<Arguments> refusedWhenAdded() {
    return Stream.of(
        arguments("/abs/x", (Attack) o -> new Archive().file("/abs/x", "x")),
        arguments(
            "place of the folder",
            (Attack) o -> new Archive().symbolicLink(".", "/etc").file("x", "x")),
        arguments("l/x", (Attack) o -> new Archive().symbolicLink("l", "/etc").file("l/x", "x")),
        arguments(
            "l/x", (Attack) o -> new Archive().symbolicLink("l", "../outside").file("l/x", "x")),
        arguments(
            "m/x",
            (Attack)
                o ->
                    new Archive()
                        .symbolicLink("l", o.toString())
                        .symbolicLink("m", "l")
                        .file("m/x", "x")),
        arguments(
            "h", (Attack) o -> new Archive().symbolicLink("l", "/etc").hardLink("h", "l/passwd")),
        arguments("h", (Attack) o -> new Archive().file("x", "").hardLink("h", "/x")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedWhenAdded")
  void isRefusedWhenAdded(String name, Attack attack) throws IOException {
    Files.writeString(root.resolve("etc/passwd"), "x");
    Path file = attack.from(outside).in(folder);

    assertThatThrownBy(
            () ->
                new TarExtractor(new CommandNodes(), xattrs, warning -> {})
                    .extract(file, root, "/opt", null))
        .isInstanceOf(OciException.class)
        .hasMessageContaining(name);
    assertThat(Tree.of(outside, xattrs)).isEqualTo(before);
    assertThat(root.resolve("etc/x")).doesNotExist();
  }

  static Stream<Arguments> resolvedInside() {
    return Stream.of(
        arguments("abs/x", (Attack) o -> new Archive().file("/abs/x", "x")),
        arguments("etc/x", (Attack) o -> new Archive().symbolicLink("l", "/etc").file("l/x", "x")),
        arguments(
            "etc/x",
            (Attack) o -> new Archive().symbolicLink("l", "../../../etc").file("l/x", "x")),
        arguments(
            "etc/x",
            (Attack)
                o ->
                    new Archive()
                        .symbolicLink("m", "../l")
                        .symbolicLink("l", "../etc")
                        .file("m/x", "x")),
        // A file in place of a link does not go where the link leads.
        arguments(
            "l",
            (Attack)
                o ->
                    new Archive().symbolicLink("l", o.resolve("secret").toString()).file("l", "x")),
        // A folder that becomes a link leads elsewhere inside.
        arguments(
            "etc/x",
            (Attack)
                o -> new Archive().file("d/y", "y").symbolicLink("d", "/etc").file("d/x", "x")),
        // A hard link to a link is one more link, and writing to it replaces it.
        arguments(
            "h",
            (Attack)
                o ->
                    new Archive()
                        .symbolicLink("s", o.resolve("secret").toString())
                        .hardLink("h", "s")
                        .file("h", "x")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("resolvedInside")
  void staysInside(String name, Attack attack) throws IOException {
    LayerApplier applier = new LayerApplier(new CommandNodes(), xattrs, warning -> {});
    applier.apply(attack.from(outside).stream(), "the layer", root);
    assertThat(root.resolve(name)).isRegularFile().hasContent("x");
    assertThat(root.resolve(name).toRealPath()).startsWith(root.toRealPath());
    assertThat(Tree.of(outside, xattrs)).isEqualTo(before);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("escapingWhiteouts")
  void whiteoutsDeleteNothingOutside(String name, Attack attack) throws IOException {
    LayerApplier applier = new LayerApplier(new CommandNodes(), xattrs, warning -> {});
    applier.apply(attack.from(outside).stream(), "the layer", root);
    assertThat(Tree.of(outside, xattrs)).isEqualTo(before);
    assertThat(root.resolve("etc")).exists();
  }

  static Stream<Arguments> escapingWhiteouts() {
    return Stream.of(
        arguments(
            "through a link",
            (Attack) o -> new Archive().symbolicLink("l", o.toString()).file("l/.wh.secret", "")),
        arguments(
            "opaque behind a link",
            (Attack) o -> new Archive().symbolicLink("l", o.toString()).file("l/.wh..wh..opq", "")),
        arguments(
            "opaque behind a relative link",
            (Attack)
                o -> new Archive().symbolicLink("l", "../outside").file("l/.wh..wh..opq", "")));
  }
}
