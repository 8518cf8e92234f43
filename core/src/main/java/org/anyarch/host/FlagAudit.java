package org.anyarch.host;

import java.util.ArrayList;
import java.util.List;

/// What does not work without a flag.
public final class FlagAudit {
  private FlagAudit() {}

  /// One sentence for each flag of POCF that an entry lacks.
  ///
  /// @param flags as an entry file shows them
  public static List<String> missing(String flags) {
    List<String> sentences = new ArrayList<>();
    if (!flags.contains("F")) {
      sentences.add(
          "without F the emulator is looked for inside each container, where it is not: \"no such file or directory\"");
    }
    if (!flags.contains("C")) {
      sentences.add(
          "without C setuid programs do not get their rights: sudo, su and ping fail in containers");
    }
    if (!flags.contains("O")) {
      sentences.add(
          "without O programs that may be executed but not read do not start: \"permission denied\"");
    }
    if (!flags.contains("P")) {
      sentences.add(
          "without P programs do not see the name they were started by: busybox and other multi-call programs may"
              + " take their path for it");
    }
    return sentences;
  }
}
