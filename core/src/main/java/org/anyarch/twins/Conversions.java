package org.anyarch.twins;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.anyarch.elf.ElfImage;
import org.anyarch.platform.Guest;

/// What the C library's iconv(3) converts by: modules, and a text that says which there are
/// (gconv-modules). Twins have those modules that the guest has, and its text.
///
/// @param modules by their names
/// @param text of the modules among them; modules for one machine alone are left out, which only do
///   faster what others do
record Conversions(Map<String, Path> modules, String text) {
  static final String TEXT = "gconv-modules";
  static final Conversions NONE = new Conversions(Map.of(), "");

  private static final String CACHE = TEXT + ".cache";
  private static final String MODULE = ".so";

  static String folder(Guest guest) {
    return "/usr/lib/" + guest.triplet() + "/gconv";
  }

  /// @param modules by their names
  /// @param folder of the guest that they are in
  static Conversions of(RootFiles root, String folder, Map<String, Path> modules)
      throws IOException {
    List<String> files = new ArrayList<>(List.of(folder + "/" + TEXT));
    for (String name : root.names(folder + "/" + TEXT + ".d").stream().sorted().toList()) {
      if (name.endsWith(".conf")) {
        files.add(folder + "/" + TEXT + ".d/" + name);
      }
    }
    StringBuilder text = new StringBuilder();
    for (String file : files) {
      text.append(those(root.read(file).orElse(""), modules.keySet())).append('\n');
    }
    return new Conversions(modules, text.toString());
  }

  /// The text without lines about other modules.
  static String those(String text, Set<String> modules) {
    StringBuilder those = new StringBuilder();
    for (String line : (Iterable<String>) text.lines()::iterator) {
      String[] words = line.strip().split("\\s+", -1);
      if (!words[0].equals("module")
          || (words.length > 3
              && modules.contains(
                  words[3].endsWith(MODULE) ? words[3] : words[3].concat(MODULE)))) {
        those.append(line).append('\n');
      }
    }
    return those.toString();
  }

  /// The C library, finding modules in a folder as it finds its own machine's in its own.
  ///
  /// @param own this machine
  static Optional<byte[]> library(byte[] library, Guest own, String folder) {
    Optional<ElfImage> image = ElfImage.of(library);
    if (image.isEmpty()) {
      return Optional.empty();
    }
    Map<Texts.Run, String> texts = new LinkedHashMap<>();
    for (Texts.Run run : new Texts(image.get()).with(List.of(folder(own)))) {
      if (!run.content().equals(folder(own)) && !run.content().equals(folder(own) + "/" + CACHE)) {
        return Optional.empty();
      }
      texts.put(run, run.content().replace(folder(own), folder));
    }
    return texts.isEmpty() ? Optional.empty() : Overwriting.of(image.get(), texts);
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
