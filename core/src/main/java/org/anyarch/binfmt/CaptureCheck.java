package org.anyarch.binfmt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Keeps rules away that would take over programs which must run by themselves. Such a rule makes
/// every command of the machine fail, the one that would remove it included.
public final class CaptureCheck {
  private final Map<Path, byte[]> heads = new LinkedHashMap<>();

  private CaptureCheck() {}

  /// Reads the heads of these programs, which no rule may match; those that are not there or not
  /// readable are left out.
  public static CaptureCheck of(List<Path> programs) throws IOException {
    CaptureCheck check = new CaptureCheck();
    for (Path program : programs) {
      if (Files.isReadable(program)) {
        check.heads.put(program, head(program));
      }
    }
    return check;
  }

  private static byte[] head(Path program) throws IOException {
    try (InputStream in = Files.newInputStream(program)) {
      return in.readNBytes(Rule.HEAD);
    }
  }

  /// @throws RuleException naming the first of the programs, or the rule's own interpreter, that
  ///   the rule would match
  public void require(Rule rule) throws RuleException, IOException {
    for (Map.Entry<Path, byte[]> program : heads.entrySet()) {
      require(rule, program.getKey(), program.getValue());
    }
    Path interpreter = Path.of(rule.interpreter());
    if (Files.isReadable(interpreter)) {
      require(rule, interpreter, head(interpreter));
    }
  }

  private static void require(Rule rule, Path program, byte[] head) throws RuleException {
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
