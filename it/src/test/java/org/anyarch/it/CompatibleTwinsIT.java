package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Twins that do the same job though what they make may differ: the cross compilers of Debian 12,
/// which lack a fix. Needs Debian's archive.
final class CompatibleTwinsIT {
  /// Without its makers' version in it, what a compiler makes is the same, but for the fix.
  private static final String READY =
      """
      FROM oci:../alone AS ready
      RUN chmod 1777 /tmp && cat > /etc/apt/sources.list <<END && apt-get update
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm-updates main
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian-security bookworm-security main
      END
      RUN mkdir /w; for c in gcc g++; do printf '#!/bin/sh\\nexec /usr/bin/%s -fno-ident "$@"\\n' $c > /w/$c; chmod +x /w/$c; done
      """;

  private static final String COMPILERS = "cc1 cc1plus gnu-gcc-12 gnu-g++-12 liblto";

  private static final String PROTECTED =
      "int g(char *);int f(int n, char *s) { char b[n]; char c[32]; b[0] = *s; return g(b) + g(c); }\n";

  private static final String COMPILE =
      """
      FROM ready AS tried
      COPY x.c /
      RUN gcc -O2 -c x.c -o named.o; gcc -fno-ident -O2 -c x.c -o plain.o; gcc -fno-ident -fstack-protector -c x.c -o protected.o
      """;

  private static final String FROM = "cpp-12-aarch64-linux-gnu_12.2.0-14cross1_amd64.deb";

  private static Actor actor;

  @BeforeAll
  static void base() throws IOException, InterruptedException {
    actor = Machine.root();
    TwinBase.alone(
        actor,
        "base-files,dash,coreutils,sed,grep,gcc,g++,libc6-dev,libc-bin,dpkg,apt,gpgv,debian-archive-keyring",
        "bookworm");
    Path files = Machine.tree().resolve("it/src/test/resources/toolchain");
    Processes.must(actor.folder(), "cp", "-r", files.toString(), "app");
    actor.write("app/x.c", PROTECTED);
    // Its paths, and where plugins lie.
    String text = Files.readString(files.resolve("links"));
    actor.write(
        "app/links",
        text.replaceAll("(?<=[-/])14\\b", "12")
            .replace("/usr/libexec/gcc", "/usr/lib/gcc")
            .replace("../../libexec/gcc", "../gcc"));
  }

  private static Outcome build(String mode, String check, String steps, String... options)
      throws IOException, InterruptedException {
    String awaited = "gnu-as gnu-ld.bfd " + (mode.equals("compatible") ? COMPILERS : "");
    // Followed until the packages are there, however slow the archive is.
    String follow =
        "RUN for name in %s; do timeout 300 sh -c \"until grep -q 'ld/.*$name' /dev/.anyarch/step/table; do :; done\" || exit 1; done\n"
            .formatted(awaited);
    actor.write("app/Containerfile", READY + follow + steps);
    List<String> words = new ArrayList<>(List.of("build", "--progress=plain"));
    words.addAll(List.of(options));
    words.addAll(List.of("--accelerate=" + mode, "--metadata-file=made.json"));
    words.addAll(List.of("--platform=linux/arm64", "-o", "oci:out", "app"));
    return Images.succeed(
        actor.anyarch(Map.of("ANYARCH_SELF_CHECK", check), "", words.toArray(String[]::new)));
  }

  /// Without twins, nothing can be waited for: what waits must not be verified.
  private static void ready() throws IOException, InterruptedException {
    build("compatible", "0", "FROM ready\n");
  }

  private static String metadata() throws IOException {
    return Files.readString(actor.folder().resolve("made.json"));
  }

  @Test
  void noOtherBuildFindsWhatCompatibleTwinsMade() throws IOException, InterruptedException {
    Outcome compatible = build("compatible", "1", COMPILE);

    assertThat(compatible.err())
        .containsPattern("tried 2/2] done in [0-9.]+ s, [0-9]+ programs, 100 % native")
        .doesNotContain("emulated: RUN gcc", "warning");
    assertThat(metadata())
        .contains("\"anyarch.accelerate\" : \"compatible\"", "/cc1\"")
        .contains("\"compatible\" : \"" + FROM + "\"");
    assertThat(actor.home().resolve("banned-twins")).doesNotExist();

    Outcome exact = build("exact", "0", COMPILE);

    assertThat(exact.err()).doesNotContain("CACHED RUN gcc");
    assertThat(metadata())
        .contains("\"anyarch.accelerate\" : \"exact\"", "gnu-as\"")
        .doesNotContain("compatible", "/cc1\"");
    assertThat(exact.out()).isNotEqualTo(compatible.out());
    assertThat(build("compatible", "0", COMPILE).err()).contains("CACHED RUN gcc");
    assertThat(metadata()).contains("\"compatible\" : \"" + FROM + "\"");
  }

  @Test
  void whatDiffersIsListed() throws IOException, InterruptedException {
    ready();

    Outcome built =
        build("compatible", "0", COMPILE, "--verify-accelerated", "--no-cache-filter=tried");

    assertThat(built.err())
        .contains("differs from what it comes to without in 2 paths", FROM)
        .contains("differs: /named.o (size, content)", "differs: /protected.o (");
    assertThat(metadata())
        .contains("anyarch.differences", "\"/named.o (size, content)\"", "\"/protected.o (")
        .doesNotContain("\"/plain.o");
  }

  @Test
  void nothingElseDiffers() throws IOException, InterruptedException {
    ready();
    String steps = "FROM ready AS links\nCOPY . /src/\nRUN PATH=/w:$PATH sh /src/links\n";

    Outcome built = build("compatible", "0", steps, "--verify-accelerated");

    assertThat(built.err())
        .contains("verified: RUN PATH=/w:$PATH sh /src/links")
        .doesNotContain("warning");
    assertThat(metadata()).contains(FROM).doesNotContain("anyarch.differences");
  }
}
