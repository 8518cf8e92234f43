package org.anyarch.it;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The page that names what is not as buildah has it, made from the cases.
final class CorpusReport {
  private static final String HEAD =
      """
      # Differences from buildah

      BuildKit's documented behaviour is what anyarch is measured by. A corpus of Containerfiles (`it/src/test/resources/corpus`) is built by anyarch and by Debian's newest buildah in the same run, and root folders and configurations are
      compared. This is all that differs, by reason; each names its cases. The page is made from them, and a test keeps it true.
      """;

  private CorpusReport() {}

  static String differences(List<CorpusCase> cases) {
    Map<String, Map<String, Set<String>>> sections = new TreeMap<>();
    for (CorpusCase one : cases) {
      one.differs().forEach((key, reason) -> add(sections, "Different results", reason, one, key));
      if (!one.buildahRefuses().isEmpty()) {
        add(sections, "What buildah does not build", one.buildahRefuses(), one, "");
      }
      if (!one.buildahAccepts().isEmpty()) {
        add(sections, "What anyarch refuses", one.buildahAccepts(), one, "");
      }
    }
    StringBuilder page = new StringBuilder(HEAD);
    sections.forEach(
        (section, reasons) -> {
          page.append("\n## ").append(section).append("\n\n");
          reasons.forEach(
              (reason, where) ->
                  page.append("- ")
                      .append(reason)
                      .append(" (")
                      .append(String.join("; ", where))
                      .append(")\n"));
        });
    return page.toString();
  }

  private static void add(
      Map<String, Map<String, Set<String>>> sections,
      String section,
      String reason,
      CorpusCase one,
      String key) {
    sections
        .computeIfAbsent(section, _ -> new TreeMap<>())
        .computeIfAbsent(reason, _ -> new TreeSet<>())
        .add(key.isEmpty() ? one.id() : one.id() + ": `" + key + "`");
  }
}
