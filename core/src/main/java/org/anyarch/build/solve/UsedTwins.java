package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.anyarch.oci.Digest;
import org.anyarch.oci.OciException;
import org.anyarch.twins.UsedTwin;

/// Which twins a step's result was made with, in a file beside the result, so that it is known also
/// when the result comes from the cache. A line for each; the package of a twin that is compatible
/// only stands before the program's path.
final class UsedTwins {
  private static final String NAME = "twins";

  private UsedTwins() {}

  /// @param folder of the step
  static void write(Path folder, List<UsedTwin> twins) throws IOException {
    if (!twins.isEmpty()) {
      List<String> lines =
          twins.stream()
              .map(
                  twin ->
                      String.join(
                          " ",
                          twin.digest().toString(),
                          twin.guestDigest(),
                          twin.name(),
                          twin.version(),
                          twin.substitute().map(other -> other + " ").orElse("") + twin.program()))
              .toList();
      Files.write(folder.resolve(NAME), lines, StandardCharsets.ISO_8859_1);
    }
  }

  /// @param files what the step changed, in its folder
  static List<UsedTwin> read(Path files) throws IOException {
    Path file = files.resolveSibling(NAME);
    return Files.isRegularFile(file)
        ? Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
            .flatMap(line -> parse(line).stream())
            .toList()
        : List.of();
  }

  private static Optional<UsedTwin> parse(String line) {
    String[] words = line.split(" ", 5);
    int program = words.length < 5 ? -1 : words[4].indexOf('/');
    try {
      return program >= 0
          ? Optional.of(
              new UsedTwin(
                  words[4].substring(program),
                  words[2],
                  words[3],
                  Optional.of(words[4].substring(0, program).strip())
                      .filter(other -> !other.isEmpty()),
                  words[1],
                  Digest.parse(words[0])))
          : Optional.empty();
    } catch (OciException e) {
      return Optional.empty();
    }
  }
}
