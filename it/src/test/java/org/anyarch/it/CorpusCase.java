package org.anyarch.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A Containerfile of the corpus, with its context and what is known of it. `corpus/README.md` says
/// how the files are written.
///
/// @param group the file's name without its ending
/// @param why what the case is about
/// @param context the lines that make the context, for [CorpusContext]
/// @param options options of the command line that both builders take
/// @param times the files whose times are compared too
/// @param refusal a part of what anyarch says when it refuses; empty if it builds
/// @param differs what is not as buildah has it, and why
/// @param buildahRefuses why buildah does not build what anyarch builds; empty if it does
/// @param buildahAccepts why buildah builds what anyarch refuses; empty if it refuses it too
record CorpusCase(
    String group,
    String name,
    String why,
    List<String> context,
    List<String> options,
    List<String> times,
    String refusal,
    Map<String, String> differs,
    String buildahRefuses,
    String buildahAccepts,
    String containerfile) {
  private static final Path FOLDER = Machine.tree().resolve("it/src/test/resources/corpus");
  private static final String HEADING = "=== ";

  static List<CorpusCase> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<CorpusCase> cases = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".case")).sorted().toList()) {
        cases.addAll(read(file));
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<CorpusCase> read(Path file) throws IOException {
    String group = file.getFileName().toString().replace(".case", "");
    List<String> common = new ArrayList<>();
    List<List<String>> parts = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(HEADING)) {
        parts.add(new ArrayList<>());
      }
      (parts.isEmpty() ? common : parts.getLast()).add(line);
    }
    List<CorpusCase> cases = new ArrayList<>();
    for (List<String> part : parts) {
      cases.add(parse(group, common, part));
    }
    return cases;
  }

  private static CorpusCase parse(String group, List<String> common, List<String> lines) {
    String name = lines.getFirst().substring(HEADING.length());
    int separator = lines.indexOf("---");
    if (separator < 0) {
      throw new AssertionError(group + ": " + name + " has no line --- before its Containerfile");
    }
    Map<String, List<String>> words = new TreeMap<>();
    Map<String, String> differs = new TreeMap<>();
    List<String> context = new ArrayList<>();
    Stream.concat(common.stream(), lines.subList(1, separator).stream())
        .filter(line -> !line.isBlank())
        .forEach(
            line -> {
              String[] parts = line.split(" ", 2);
              switch (parts[0]) {
                case "#", "option", "times", "refused", "buildah-refuses", "buildah-accepts" ->
                    words.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(parts[1]);
                case "differs" -> {
                  String[] reason = parts[1].split(": ", 2);
                  differs.put(reason[0], reason[1]);
                }
                default -> context.add(line);
              }
            });
    List<String> options = new ArrayList<>();
    words
        .getOrDefault("option", List.of())
        .forEach(line -> options.addAll(List.of(line.split(" ", -1))));
    return new CorpusCase(
        group,
        name,
        String.join(" ", words.getOrDefault("#", List.of())),
        context,
        options,
        words.getOrDefault("times", List.of()),
        String.join(" ", words.getOrDefault("refused", List.of())),
        differs,
        String.join(" ", words.getOrDefault("buildah-refuses", List.of())),
        String.join(" ", words.getOrDefault("buildah-accepts", List.of())),
        String.join("\n", lines.subList(separator + 1, lines.size())) + "\n");
  }

  String id() {
    return group + "/" + name;
  }
}
