package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.anyarch.elf.ElfFile;
import org.anyarch.elf.Libraries;
import org.anyarch.oci.Digest;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A root of another architecture whose programs are any bytes, and an archive whose packages hold
/// this machine's own dash and C library.
final class ShowingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Guest OWN = Guest.of(Platform.host()).orElseThrow();
  private static final Guest GUEST =
      Guest.named(OWN.debian().equals("arm64") ? "x86_64" : "aarch64").orElseThrow();
  private static final String LISTS = "var/lib/apt/lists/a.example_debian_dists_stable_";
  private static final URI ARCHIVE = URI.create("http://a.example/debian/");

  @TempDir Path folder;
  private Path root;
  private final Map<URI, byte[]> web = new HashMap<>();
  private final List<URI> fetched = Collections.synchronizedList(new ArrayList<>());
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
  private String status = "";
  private String published = "";
  private Twins twins;

  @BeforeEach
  void root() throws Exception {
    root = folder.resolve("root");
    for (String name : List.of("var/lib/dpkg/info", "var/lib/apt/lists", "etc/apt", "usr/bin")) {
      Files.createDirectories(root.resolve(name));
    }
    Files.writeString(
        root.resolve("etc/apt/sources.list"), "deb http://a.example/debian stable main\n");
    install("libc6", "usr/lib/guest/libc.so.6");
    install("dash", "usr/bin/dash");
    twins =
        new Twins(
            Files.createDirectory(folder.resolve("work")),
            folder.resolve("modules.so"),
            OWN,
            Mode.EXACT,
            Bans.of(folder),
            new TwinStore(folder.resolve("store")),
            this::fetch,
            PATIENCE,
            notes::add);
  }

  @AfterEach
  void close() {
    twins.close();
  }

  private Path fetch(URI uri, String sha256, Path into) throws IOException {
    fetched.add(uri);
    byte[] content = web.get(uri);
    if (content == null || !Digest.ofSha256(content).hex().equals(sha256)) {
      throw new IOException("cannot get " + uri);
    }
    return Files.write(into.resolve("file"), content);
  }

  private void install(String name, String path) throws Exception {
    Path file = root.resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "guest's " + path);
    String md5 =
        HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(Files.readAllBytes(file)));
    Path info = root.resolve("var/lib/dpkg/info");
    Files.writeString(info.resolve(name + ".md5sums"), md5 + "  " + path + "\n");
    Files.writeString(info.resolve(name + ".list"), "/.\n/" + path + "\n");
    status +=
        "Package: %s\nStatus: install ok installed\nArchitecture: %s\nVersion: 1\n\n"
            .formatted(name, GUEST.debian());
    Path fresh = Files.writeString(root.resolve("var/lib/dpkg/status-new"), status);
    Files.move(fresh, fresh.resolveSibling("status"), StandardCopyOption.ATOMIC_MOVE);
  }

  /// The archive has both packages, and apt has fetched the lists of its own architecture.
  private void publish(String version) throws Exception {
    Path dash = Path.of("/bin/dash").toRealPath();
    Path loader = Path.of(ElfFile.read(dash).interpreter().orElseThrow()).toRealPath();
    Path library = loader.resolveSibling("libc.so.6");
    assertThat(Libraries.of(dash).needed()).containsExactly("libc.so.6");
    Map<String, byte[]> libc = new LinkedHashMap<>();
    for (Path file : List.of(loader, library)) {
      libc.put("./usr/lib/x-linux-gnu/" + file.getFileName(), Files.readAllBytes(file));
    }
    String packages =
        add("libc6", version, Debs.deb(libc))
            + add("dash", version, Debs.deb(Map.of("./bin/dash", Files.readAllBytes(dash))));
    published = packages;
    release(packages);
  }

  private void release(String packages) throws IOException {
    byte[] index = Debs.xz(packages.getBytes(StandardCharsets.UTF_8));
    String path = "main/binary-" + OWN.debian() + "/Packages.xz";
    web.put(ARCHIVE.resolve("dists/stable/" + path), index);
    Path fresh = Files.createTempFile(folder, "release", "");
    Files.writeString(
        fresh,
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSuite: stable\nSHA256:\n "
            + Digest.ofSha256(index).hex()
            + " "
            + index.length
            + " "
            + path
            + "\n");
    Files.move(fresh, root.resolve(LISTS + "InRelease"), StandardCopyOption.ATOMIC_MOVE);
  }

  private String add(String name, String version, byte[] deb) {
    String path = "pool/" + name + ".deb";
    web.put(ARCHIVE.resolve(path), deb);
    return "Package: %s\nArchitecture: %s\nVersion: %s\nFilename: %s\nSHA256: %s\n\n"
        .formatted(name, OWN.debian(), version, path, Digest.ofSha256(deb).hex());
  }

  private Showing show(Origins known, boolean online) throws Exception {
    return twins.show(new Twins.Root(root, GUEST, Optional.empty(), known, online));
  }

  private static String table(Showing showing) throws IOException {
    return Files.readString(showing.own().resolve("table"), StandardCharsets.ISO_8859_1);
  }

  private static void await(Showing showing) {
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          while (!table(showing).contains("/ld/dash")) {
            Thread.onSpinWait();
          }
        });
  }

  @Test
  void whatComesSoonIsThereWhenTheStepBegins() throws Exception {
    publish("1");
    try (Showing showing = show(Origins.NONE, true)) {
      assertThat(table(showing)).contains("/ld/dash");
      assertThat(showing.folder().resolve("g0/bin/p0"))
          .hasSameBinaryContentAs(Path.of("/bin/dash"));
      assertThat(showing.folder().resolve("g0/lib/libc.so.6")).exists();
      assertThat(showing.folder().resolve("g0/ld/dash").toRealPath().getFileName().toString())
          .startsWith("ld-linux");
    }
    assertThat(notes).isEmpty();
  }

  @Test
  void aStepThatUpdatesTheListsIsFollowed() throws Exception {
    try (Showing showing = show(Origins.NONE, true)) {
      assertThat(table(showing)).doesNotContain("dash");
      publish("1");
      await(showing);
    }
  }

  @Test
  void whatWasFetchedOnceServesOfflineAndAtOnce() throws Exception {
    publish("1");
    Origins origins;
    try (Showing showing = show(Origins.NONE, true)) {
      await(showing);
      origins = showing.origins();
    }
    int before = fetched.size();
    try (Showing showing = show(Origins.NONE, false)) {
      assertThat(table(showing)).contains("/ld/dash");
    }
    // A step that is behind one that removed the lists.
    Files.delete(root.resolve(LISTS + "InRelease"));
    try (Showing showing = show(origins, false)) {
      assertThat(table(showing)).contains("/ld/dash");
    }
    try (Showing showing = show(Origins.NONE, false)) {
      assertThat(table(showing)).doesNotContain("/ld/dash");
    }
    assertThat(fetched).hasSize(before);
  }

  @Test
  void anotherVersionIsNoTwin() throws Exception {
    publish("1.1");
    try (Showing showing = show(Origins.NONE, true)) {
      assertThat(showing.origins().isEmpty()).isTrue();
      assertThat(table(showing)).doesNotContain("dash");
    }
    assertThat(fetched)
        .containsOnly(ARCHIVE.resolve("dists/stable/main/binary-" + OWN.debian() + "/Packages.xz"));
  }

  @Test
  void aBuildThatWasRepeatedIsTheSame() throws Exception {
    publish("1+b2");
    try (Showing showing = show(Origins.NONE, true)) {
      await(showing);
    }
  }

  @Test
  void anAlteredProgramHasNone() throws Exception {
    publish("1");
    try (Showing showing = show(Origins.NONE, true)) {
      await(showing);
    }
    Files.writeString(root.resolve("usr/bin/dash"), "altered");
    try (Showing showing = show(Origins.NONE, true)) {
      assertThat(table(showing)).doesNotContain("/ld/dash");
    }
  }

  @Test
  void withoutANetworkNothingIsFetched() throws Exception {
    publish("1");
    try (Showing showing = show(Origins.NONE, false)) {
      assertThat(table(showing)).doesNotContain("dash");
    }
    assertThat(fetched).isEmpty();
    assertThat(notes)
        .containsExactly(
            "no native twins: nothing is fetched for what lacks this machine's network");
  }

  @Test
  void whatIsNotWhatItShouldBeIsSaidOnce() throws Exception {
    publish("1");
    web.replaceAll((uri, content) -> "altered".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < 2; i++) {
      try (Showing showing = show(Origins.NONE, true)) {
        assertThat(table(showing)).doesNotContain("dash");
      }
    }
    assertThat(notes).doesNotHaveDuplicates().isNotEmpty().allMatch(n -> n.contains("cannot get"));
  }

  private Twins with(Showing.Watches watches, Twins.Web web) throws IOException {
    return new Twins(
        Files.createDirectory(folder.resolve("other-work")),
        folder.resolve("modules.so"),
        OWN,
        Mode.EXACT,
        Bans.of(folder),
        new TwinStore(folder.resolve("store")),
        web,
        watches,
        PATIENCE,
        notes::add);
  }

  private Twins.Root online() {
    return new Twins.Root(root, GUEST, Optional.empty(), Origins.NONE, true);
  }

  /// The kernel gives a user 128 instances of inotify, and others may have them all.
  @Test
  void aStepThatCannotBeFollowedRunsAllTheSame() throws Exception {
    publish("1");
    Showing.Watches none =
        () -> {
          throw new IOException("User limit of inotify instances reached");
        };
    try (Twins others = with(none, this::fetch);
        Showing showing = others.show(online())) {
      showing.settle();
      assertThat(showing.origins().isEmpty()).isFalse();
    }
    assertThat(notes).containsExactly("native twins: User limit of inotify instances reached");
  }

  @Test
  void anArchiveThatDoesNotAnswerIsAskedOnce() throws Exception {
    publish("1");
    web.clear();
    for (int i = 0; i < 2; i++) {
      try (Showing showing = show(Origins.NONE, true)) {
        showing.settle();
      }
    }
    assertThat(fetched).hasSize(1);
    assertThat(notes)
        .singleElement()
        .matches(note -> note.startsWith("no native twins from an archive: cannot get"));
  }

  /// As when the index is there from yesterday.
  @Test
  void whatIsOutOfReachForOnePackageIsNotSaidOfEach() throws Exception {
    publish("1");
    StringBuilder more = new StringBuilder(published);
    for (String name : List.of("sed", "grep", "tar")) {
      install(name, "usr/bin/" + name);
      more.append(add(name, "1", Debs.deb(Map.of())));
    }
    release(more.toString());
    Twins.Web broken =
        (uri, sha256, into) -> {
          if (uri.getPath().endsWith(".deb")) {
            Files.writeString(into.resolve("content"), "the first half");
            throw new IOException("cannot get " + uri, new ConnectException());
          }
          return fetch(uri, sha256, into);
        };
    try (Twins others = with(() -> FileSystems.getDefault().newWatchService(), broken);
        Showing showing = others.show(online())) {
      showing.settle();
    }
    assertThat(notes)
        .singleElement()
        .matches(note -> note.startsWith("no native twins from an archive: cannot get"));
    assertThat(folder.resolve("other-work/fetched")).isEmptyDirectory();
  }

  @Test
  void whatOneArchiveLacksAnotherMayHave() throws Exception {
    publish("1");
    Files.writeString(
        root.resolve("etc/apt/sources.list"),
        "deb http://gone.example/debian stable main\ndeb http://a.example/debian stable main\n");
    String release =
        Files.readString(root.resolve(LISTS + "InRelease"))
            .replaceFirst("[0-9a-f]{64}", "0".repeat(64));
    Files.writeString(
        root.resolve(LISTS.replace("a.example", "gone.example") + "InRelease"), release);
    try (Showing showing = show(Origins.NONE, true)) {
      await(showing);
    }
    assertThat(notes).isEmpty();
  }

  /// Later steps need what is known of all packages, also while the first ones come slowly.
  @Test
  void whatIsLookedUpDoesNotWaitForWhatIsFetched() throws Exception {
    List<String> names = new ArrayList<>(List.of("coreutils", "sed", "grep", "tar", "findutils"));
    for (String name : names) {
      install(name, "usr/bin/" + (name.equals("coreutils") ? "cat" : name.replace("utils", "")));
    }
    publish("1");
    StringBuilder more = new StringBuilder(published);
    for (String name : names) {
      more.append(
          add(name, "1", Debs.deb(Map.of("./bin/x", name.getBytes(StandardCharsets.UTF_8)))));
    }
    release(more.toString());
    CountDownLatch end = new CountDownLatch(1);
    Twins.Web slow =
        (uri, sha256, into) -> {
          if (uri.getPath().endsWith(".deb")) {
            end.await();
          }
          return fetch(uri, sha256, into);
        };
    try (Twins others = with(() -> FileSystems.getDefault().newWatchService(), slow);
        Showing showing = others.show(online())) {
      showing.settle();
      assertThat(showing.origins().debs())
          .containsKeys("sed 1", "grep 1", "tar 1", "findutils 1", "coreutils 1", "dash 1");
    } finally {
      end.countDown();
    }
  }

  /// `cache prune` of another process: what is gone is fetched again.
  @Test
  void whatIsRemovedFromTheStoreMeanwhileFailsNoStep() throws Exception {
    publish("1");
    try (Showing showing = show(Origins.NONE, true)) {
      await(showing);
      TwinStore store = new TwinStore(folder.resolve("store"));
      for (TwinStore.Kept kept : store.all()) {
        store.remove(kept.path());
      }
      install("bash", "usr/bin/bash");
      assertTimeoutPreemptively(
          Duration.ofMinutes(1),
          () -> {
            while (table(showing).contains("/ld/dash")) {
              Thread.onSpinWait();
            }
          });
    }
    try (Showing showing = show(Origins.NONE, true)) {
      await(showing);
    }
    assertThat(notes).isEmpty();
  }

  @Test
  void whatIsNoPackageIsNotLeftBehind() throws Exception {
    publish("1");
    URI uri = ARCHIVE.resolve("pool/dash.deb");
    byte[] nonsense = "no package".getBytes(StandardCharsets.US_ASCII);
    Archive archive =
        new Archive(
            new TwinStore(folder.resolve("store")),
            this::fetch,
            Files.createDirectories(folder.resolve("fetches")),
            OWN.debian());
    web.put(uri, nonsense);
    assertThatThrownBy(() -> archive.get(new Archive.Deb(uri, Digest.ofSha256(nonsense).hex())))
        .isInstanceOf(IOException.class);
    assertThat(folder.resolve("fetches")).isEmptyDirectory();
  }
}
