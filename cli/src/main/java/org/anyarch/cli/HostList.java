package org.anyarch.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Rule;
import org.anyarch.host.Ground;
import org.anyarch.host.Grounds;
import org.anyarch.host.HostException;
import org.anyarch.host.Inventory;
import org.anyarch.host.Owners;

/// `anyarch host ls`.
final class HostList {
  private HostList() {}

  static int run(Arguments arguments, List<String> operands, Context context)
      throws UsageException, CommandException, HostException, IOException, InterruptedException {
    if (!operands.isEmpty()) {
      throw new UsageException("ls takes no operand: " + operands.getFirst());
    }
    Grounds grounds = HostOptions.grounds(arguments, context);
    Ground ground = grounds.any();
    try {
      List<Entry> entries = ground.instance().entries();
      Map<String, String> versions =
          arguments.has(HostOptions.VERSIONS) ? Inventory.loaded(entries) : Map.of();
      if (arguments.has(CommandSpec.JSON)) {
        context.out().println(HostJson.entries(entries, versions).toPrettyString());
      } else {
        print(entries, versions, context.out());
      }
    } finally {
      grounds.leave(ground);
    }
    return ExitCode.DONE;
  }

  static void print(List<Entry> entries, Map<String, String> versions, PrintStream out) {
    StringBuilder table = new StringBuilder();
    row(table, "NAME", "STATE", "FLAGS", "VERSION", "OWNER", "MATCHES", "INTERPRETER");
    for (Entry entry : entries) {
      String version = versions.getOrDefault(entry.name(), Owners.version(entry).orElse("-"));
      row(
          table,
          entry.name(),
          entry.enabled() ? "enabled" : "disabled",
          entry.flags().isEmpty() ? "-" : entry.flags(),
          version,
          Owners.of(entry),
          matches(entry),
          entry.interpreter());
    }
    out.print(table);
    out.flush();
  }

  /// Words instead of bytes where they say the same.
  static String matches(Entry entry) {
    if (Owners.isMark(entry)) {
      return "nothing, it is a note";
    }
    // Not a switch over the kinds, whose first use takes longer than all the rest.
    Rule.Match match = entry.match().orElse(null);
    if (match instanceof Rule.Match.Magic magic) {
      return Inventory.describe(magic);
    }
    return match instanceof Rule.Match.Extension extension ? "*." + extension.extension() : "?";
  }

  /// Not String.format, which takes longer than everything else. Whoever may register may choose
  /// names: they must not steer a terminal.
  static String shown(String text) {
    StringBuilder plain = null;
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        plain = plain == null ? new StringBuilder(text) : plain;
        plain.setCharAt(i, '?');
      }
    }
    return plain == null ? text : plain.toString();
  }

  private static void row(StringBuilder table, String... cells) {
    int[] widths = {20, 9, 6, 9, 16, 20, 0};
    for (int i = 0; i < cells.length; i++) {
      table.append(shown(cells[i]));
      if (i < cells.length - 1) {
        table.append(" ".repeat(Math.max(1, widths[i] - cells[i].length() + 1)));
      }
    }
    table.append('\n');
  }
}
