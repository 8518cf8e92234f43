package org.anyarch.twins;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.anyarch.elf.ElfImage;
import org.anyarch.elf.ElfImage.Segment;

/// Makes the driver of a cross compiler (`gcc`, `g++`, `cpp`) start what the guest's own driver
/// starts, with the same arguments. Both are built from the same source. They differ by the folder
/// `gcc-cross`, by the spec `cross_compile`, which says to look for libraries in fewer folders, by
/// a system root `/` that is passed to the linker, and by what depends on options with which the
/// driver is emulated: offloading, the machine's own processor, Rust.
final class CrossDriver {
  private static final String FOLDER = "gcc-cross";
  private static final Pattern MINE = Pattern.compile("(/usr/lib(exec)?/)?gcc-cross(/.*)?");
  private static final String THEIRS = "/gcc/";
  private static final String SYSTEM_ROOT = "--sysroot=%R";
  private static final String CROSS_COMPILE = "cross_compile";

  // <elf.h>
  private static final int EM_X86_64 = 62;
  private static final int ET_EXEC = 2;

  /// Shorter texts may be put together by instructions.
  private static final int SPEC = 48;

  private static final Pattern OFFLOAD_SPEC =
      Pattern.compile(" *%\\{fopenacc\\|fopenmp:crtoffload\\w+%O%s}");
  private static final Pattern OTHER_SPEC = Pattern.compile("crab1 .*|.*%:local_cpu_detect\\(.*");

  private static final Pattern OFFLOAD_TARGETS =
      Pattern.compile(" --enable-offload-targets=([^ ]+)");
  private static final String OFFLOAD_DEFAULT = " --enable-offload-defaulted";

  private CrossDriver() {}

  /// @param program of a cross compiler for the guest, for this machine
  /// @param original of the guest's own compiler
  static Optional<byte[]> of(byte[] program, byte[] original) {
    Optional<ElfImage> image =
        ElfImage.of(program).filter(i -> i.machine() == EM_X86_64 && i.type() == ET_EXEC);
    Optional<ElfImage> guestImage = ElfImage.of(original);
    if (image.isEmpty() || guestImage.isEmpty()) {
      return Optional.empty();
    }
    Texts mine = new Texts(image.get());
    Texts theirs = new Texts(guestImage.get());
    return hasSpecs(image.get(), theirs)
        ? texts(mine, theirs)
            .flatMap(texts -> Overwriting.of(image.get(), texts))
            .flatMap(file -> withNativeSearch(file, image.get(), mine))
        : Optional.empty();
  }

  private static Optional<Map<Texts.Run, String>> texts(Texts mine, Texts theirs) {
    Map<Texts.Run, String> texts = new LinkedHashMap<>();
    for (Texts.Run run : mine.with(List.of(FOLDER))) {
      String own = run.content().replace(FOLDER, "gcc");
      if (!MINE.matcher(run.content()).matches() || (own.contains("/") && !theirs.have(own))) {
        return Optional.empty();
      }
      texts.put(run, own);
    }
    List<Texts.Run> roots = mine.with(List.of(SYSTEM_ROOT));
    if (roots.size() != 1
        || !roots.getFirst().content().equals(SYSTEM_ROOT)
        || !theirs.have(SYSTEM_ROOT)) {
      return Optional.empty();
    }
    texts.put(roots.getFirst(), "");
    boolean all =
        theirs.with(List.of("/usr/lib" + THEIRS, "/usr/libexec" + THEIRS)).stream()
            .flatMap(run -> run.texts().stream())
            .filter(text -> text.contains(THEIRS))
            .allMatch(texts::containsValue);
    return all ? Optional.of(texts) : Optional.empty();
  }

  /// Whether it composes its commands as the guest's does.
  private static boolean hasSpecs(ElfImage image, Texts theirs) {
    String all = new String(image.copy(), StandardCharsets.ISO_8859_1);
    return theirs.with(List.of("%{", "%(")).stream()
        .flatMap(run -> run.texts().stream())
        .filter(text -> text.contains("%{") || text.contains("%("))
        .filter(text -> text.length() >= SPEC && !OTHER_SPEC.matcher(text).matches())
        .allMatch(text -> all.contains(OFFLOAD_SPEC.matcher(text).replaceAll("")));
  }

  /// With the spec `cross_compile` 0 instead of 1. In the table of specs, the third word of a spec
  /// is the address of the variable that it is in.
  private static Optional<byte[]> withNativeSearch(byte[] file, ElfImage image, Texts texts) {
    List<Long> no = new ArrayList<>(addresses(texts, "0"));
    List<Long> variables = new ArrayList<>();
    for (long name : addresses(texts, CROSS_COMPILE)) {
      for (int at : words(image, name)) {
        long variable = image.bytes().getLong(at + 2 * Long.BYTES);
        OptionalInt value = image.offset(variable, Long.BYTES);
        if (value.isPresent()
            && texts.at(image.bytes().getLong(value.getAsInt())).filter("1"::equals).isPresent()) {
          variables.add(variable);
        }
      }
    }
    if (no.isEmpty() || variables.size() != 1) {
      return Optional.empty();
    }
    ByteBuffer.wrap(file)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(image.offset(variables.getFirst(), Long.BYTES).orElseThrow(), no.getFirst());
    return Optional.of(file);
  }

  private static List<Long> addresses(Texts texts, String text) {
    return texts.with(List.of(text)).stream()
        .filter(run -> run.content().endsWith(text))
        .map(run -> run.address() + run.content().length() - text.length())
        .toList();
  }

  /// Where in the file words with that value stand, with two more behind them.
  private static List<Integer> words(ElfImage image, long value) {
    List<Integer> words = new ArrayList<>();
    for (Segment segment : image.loaded()) {
      int end = segment.offset() + segment.size();
      for (int at = (segment.offset() + 7) & -8; at + 3 * Long.BYTES <= end; at += Long.BYTES) {
        if (image.bytes().getLong(at) == value) {
          words.add(at);
        }
      }
    }
    return words;
  }

  /// The variables that the guest's driver gives to what it starts and the twin does not know of.
  static List<String> environment(byte[] original) {
    Optional<ElfImage> image = ElfImage.of(original);
    List<String> variables = new ArrayList<>();
    if (image.isPresent()) {
      for (Texts.Run run : new Texts(image.get()).with(List.of(" --enable-offload-"))) {
        Matcher targets = OFFLOAD_TARGETS.matcher(run.content());
        if (targets.find()) {
          String names = targets.group(1).replaceAll("=[^,]*", "").replace(',', ':');
          variables.add("OFFLOAD_TARGET_NAMES=" + names);
        }
        if (run.content().contains(OFFLOAD_DEFAULT)) {
          variables.add("OFFLOAD_TARGET_DEFAULT=1");
        }
      }
    }
    return List.copyOf(variables);
  }
}
