package org.anyarch.binfmt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Keeps rules away that would take over programs which must run by themselves. Such a rule makes
/// every command of the machine fail, the one that would remove it included.
public final class CaptureCheck {
  private CaptureCheck() {}

  /// @param programs files that the rule must not match: the host's own programs, and the rule's
  ///   interpreter
  /// @throws RuleException naming the first file that it would match
  public static void require(Rule rule, List<Path> programs) throws RuleException, IOException {
    for (Path program : programs) {
      if (!Files.isReadable(program)) {
        continue;
      }
      byte[] head;
      try (InputStream in = Files.newInputStream(program)) {
        head = in.readNBytes(Rule.HEAD);
      }
      if (rule.matches(head, program.toString())) {
        throw new RuleException(
            "the rule "
                + rule.name()
                + " would capture "
                + program
                + ", which runs without an emulator; every command of this kind would go to "
                + rule.interpreter());
      }
    }
  }
}
