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

/// Native twins of what stands around the compilers of Debian 13: binutils, the linker with the
/// compiler's plugin, and the drivers. What they make, say and start is to the byte what the
/// emulated ones make, say and start. Needs Debian's archive.
final class ToolchainTwinsIT {
  private static final String PACKAGES =
      "base-files,dash,coreutils,sed,grep,gcc,g++,libc6-dev,libc-bin,dpkg,apt,sqv,debian-archive-keyring";

  private static final String READY =
      """
      FROM oci:../alone AS ready
      RUN chmod 1777 /tmp && cat > /etc/apt/sources.list <<END && apt-get update
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie-updates main
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian-security trixie-security main
      END
      RUN for name in cc1 cc1plus gnu-as gnu-ld.bfd gnu-gcc-14 gnu-g++-14 liblto; do until grep -q "ld/.*$name" /dev/.anyarch/step/table; do :; done; done
      FROM ready AS tried
      COPY . /src/
      """;

  private static Actor actor;

  @BeforeAll
  static void base() throws IOException, InterruptedException {
    actor = Machine.root();
    TwinBase.alone(actor, PACKAGES, "trixie");
    Path files = Machine.tree().resolve("it/src/test/resources/toolchain");
    Processes.must(actor.folder(), "cp", "-r", files.toString(), "app");
  }

  private static Outcome build(String script, String... options)
      throws IOException, InterruptedException {
    actor.write("app/Containerfile", READY + "RUN sh /src/" + script + "\n");
    List<String> words = new ArrayList<>(List.of("build", "--metadata-file=made.json", "-o"));
    words.addAll(List.of("oci:out", "--platform=linux/arm64"));
    words.addAll(List.of(options));
    words.add("app");
    return Images.succeed(
        actor.anyarch(Map.of("ANYARCH_SELF_CHECK", "0"), "", words.toArray(String[]::new)));
  }

  private static void sameBothWays(String script, String... twins)
      throws IOException, InterruptedException {
    Outcome built = build(script);

    assertThat(Files.readString(actor.folder().resolve("made.json"))).contains(twins);
    assertThat(build(script, "--no-cache-filter=tried", "--accelerate=off").out())
        .as("image; %s", built.err())
        .isEqualTo(built.out());
  }

  @Test
  void whatToolsMakeAndSayOfObjectFilesIsWhatEmulatedOnesDo()
      throws IOException, InterruptedException {
    List<String> tools =
        List.of(
            "addr2line",
            "ar",
            "c++filt",
            "elfedit",
            "gprof",
            "ld.bfd",
            "nm",
            "objcopy",
            "objdump",
            "ranlib",
            "readelf",
            "size",
            "strings",
            "strip");
    sameBothWays(
        "tools",
        tools.stream().map(name -> "/aarch64-linux-gnu-" + name + "\"").toArray(String[]::new));
  }

  @Test
  void whatIsLinkedIsWhatAnEmulatedLinkerLinks() throws IOException, InterruptedException {
    sameBothWays("links", "-linux-gnu-ld.bfd\"");
  }

  @Test
  void driversStartWhatEmulatedOnesStart() throws IOException, InterruptedException {
    sameBothWays(
        "drivers",
        "/aarch64-linux-gnu-gcc-14\"",
        "/aarch64-linux-gnu-g++-14\"",
        "/aarch64-linux-gnu-cpp-14\"");
  }
}
