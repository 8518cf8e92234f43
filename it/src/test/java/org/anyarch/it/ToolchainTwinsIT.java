package org.anyarch.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Native twins of what stands around the compilers of Debian 13: binutils, the linker with the
/// compiler's plugin, and the drivers. What they make, say and start is to the byte what the
/// emulated ones make, say and start. Needs Debian's archive.
final class ToolchainTwinsIT {
  private static BothWays bothWays;

  @BeforeAll
  static void base() throws IOException, InterruptedException {
    bothWays =
        BothWays.make(
            "cc1", "cc1plus", "gnu-as", "gnu-ld.bfd", "gnu-gcc-14", "gnu-g++-14", "liblto");
    Path files = Machine.tree().resolve("it/src/test/resources/toolchain");
    Processes.must(bothWays.actor().folder(), "cp", "-r", files.toString(), "app");
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
    bothWays.areTheSame(
        "tools",
        tools.stream().map(name -> "/aarch64-linux-gnu-" + name + "\"").toArray(String[]::new));
  }

  @Test
  void whatIsLinkedIsWhatAnEmulatedLinkerLinks() throws IOException, InterruptedException {
    bothWays.areTheSame("links", "-linux-gnu-ld.bfd\"");
  }

  @Test
  void driversStartWhatEmulatedOnesStart() throws IOException, InterruptedException {
    bothWays.areTheSame(
        "drivers",
        "/aarch64-linux-gnu-gcc-14\"",
        "/aarch64-linux-gnu-g++-14\"",
        "/aarch64-linux-gnu-cpp-14\"");
  }
}
