package org.anyarch.twins;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.anyarch.elf.ElfImage;
import org.anyarch.elf.ElfImage.Segment;
import org.anyarch.platform.Guest;

/// Makes the compiler proper of a cross compiler (`cc1`, `cc1plus`) look for headers where the
/// guest's own compiler does. Both are built from the same source; what they are told by their
/// driver is the same; and the paths that are built in differ by the folder `gcc-cross`. The paths
/// of the guest are never longer, so they are written over the twin's.
final class CrossCompiler {
  private static final String MINE = "/usr/lib/gcc-cross/";
  private static final String THEIRS = "/usr/lib/gcc/";

  // <elf.h>
  private static final int EM_X86_64 = 62;

  private CrossCompiler() {}

  /// Where a cross compiler's package has what a compiler's own has at `path`.
  static String path(String path) {
    return path.replaceFirst("/gcc/", "/gcc-cross/");
  }

  /// @param program of a cross compiler for the guest, for this machine
  /// @param original of the guest's own compiler
  static Optional<byte[]> of(byte[] program, byte[] original, Guest guest) {
    Optional<ElfImage> image = ElfImage.of(program).filter(i -> i.machine() == EM_X86_64);
    Optional<ElfImage> guestImage = ElfImage.of(original);
    if (image.isEmpty() || guestImage.isEmpty()) {
      return Optional.empty();
    }
    Texts theirs = new Texts(guestImage.get());
    Map<Texts.Run, String> paths = new LinkedHashMap<>();
    for (Texts.Run run : new Texts(image.get()).with(List.of("gcc-cross"))) {
      String path = translation(run.content(), guest.triplet());
      if (!run.content().startsWith(MINE)
          || !theirs.have(path)
          || path.length() > run.content().length()) {
        return Optional.empty();
      }
      paths.put(run, path);
    }
    Set<String> said = new HashSet<>(paths.values());
    boolean all =
        theirs.with(List.of(THEIRS)).stream()
            .flatMap(run -> run.texts().stream())
            .filter(text -> text.contains(THEIRS))
            .allMatch(said::contains);
    return paths.isEmpty() || !all || namesInside(image.get(), paths.keySet())
        ? Optional.empty()
        : Optional.of(written(image.get(), paths));
  }

  /// What a compiler's own path is where a cross compiler has `path`.
  private static String translation(String path, String triplet) {
    String own = path.replaceFirst(MINE, THEIRS);
    String up = "/../../../../";
    String include = up + triplet + "/include/c++/";
    int at = own.indexOf(include);
    if (at < 0) {
      return own;
    }
    // In a cross compiler all of C++'s headers are below the folder of the architecture.
    String begin = own.substring(0, at) + up + "include/";
    String rest = own.substring(at + include.length());
    return rest.endsWith("/" + triplet)
        ? begin + triplet + "/c++/" + rest.substring(0, rest.length() - triplet.length() - 1)
        : begin + "c++/" + rest;
  }

  /// Whether something seems to name the end of such a text alone, which would not be there any
  /// more: linkers let texts share their ends.
  private static boolean namesInside(ElfImage image, Set<Texts.Run> runs) {
    NavigableMap<Long, Integer> lengths = new TreeMap<>();
    runs.forEach(run -> lengths.put(run.address(), run.content().length()));
    ByteBuffer bytes = image.bytes();
    for (Segment segment : image.loaded()) {
      int end = segment.offset() + segment.size();
      if (segment.executable()) {
        for (int at = segment.offset() + 1; at + Integer.BYTES <= end; at++) {
          // mov register, imm32
          if ((bytes.get(at - 1) & 0xf8) == 0xb8 && isInside(bytes.getInt(at), lengths)) {
            return true;
          }
        }
      } else {
        for (int at = (segment.offset() + 7) & -8; at + Long.BYTES <= end; at += Long.BYTES) {
          if (isInside(bytes.getLong(at), lengths)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean isInside(long address, NavigableMap<Long, Integer> lengths) {
    Map.Entry<Long, Integer> before = lengths.lowerEntry(address);
    return before != null && address <= before.getKey() + before.getValue();
  }

  private static byte[] written(ElfImage image, Map<Texts.Run, String> paths) {
    byte[] file = image.copy();
    paths.forEach(
        (run, path) -> {
          int at = image.offset(run.address(), run.content().length()).orElseThrow();
          byte[] text = path.getBytes(StandardCharsets.ISO_8859_1);
          Arrays.fill(file, at, at + run.content().length(), (byte) 0);
          System.arraycopy(text, 0, file, at, text.length);
        });
    return file;
  }
}
