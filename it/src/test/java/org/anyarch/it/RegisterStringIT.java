package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;
import org.anyarch.kernel.Errno;
import org.junit.jupiter.api.Test;

/// Register strings as this machine's kernel takes them, in the binfmt_misc of a session, compared
/// with what [Rule#parse] says of them.
final class RegisterStringIT {
  private static final List<String> STRINGS =
      List.of(
          ":a:M::abcd::/i:",
          ":a:M::abcd::/i:\n",
          ":a:M::abcd::/i:\n\n",
          "|a|M||abcd||/i|",
          "aXaMaaabcdaa/iaF",
          ":a:E::x::/i:",
          ":a:E::x::/:",
          ":a:E::::/i:",
          ":a:E::x/y::/interpreter:",
          ":a:E:nonsense:x:nonsense:/interpreter:",
          ":a:M::abcd::/i:P",
          ":a:M::abcd::/i:CPO",
          ":a:M::abcd::/i:PPPP",
          ":a:M::abcd::/i:p",
          ":a:M::abcd::/i:P ",
          ":a:M::abcd::/i",
          ":a:m::abcd::/i:",
          ":a:X::abcd::/i:",
          ":a:MM::abcd::/i:",
          "::M::abcd::/interpreter:",
          ":.:M::abcd::/interpreter:",
          ":..:M::abcd::/interpreter:",
          ":a/b:M::abcd::/interpreter:",
          ":a b:M::abcd::/interpreter:",
          ":register:M::abcd::/interpreter:",
          ":status:M::abcd::/interpreter:",
          ":" + "n".repeat(255) + ":M::abcd::/i:",
          ":" + "n".repeat(256) + ":M::abcd::/i:",
          ":a:M:4:abcd::/i:",
          ":a:M:-1:abcd::/i:",
          ":a:M:0x4:abcd::/i:",
          ":a:M:one:abcd::/i:",
          ":a:M:252:abcd::/i:",
          ":a:M:253:abcd::/i:",
          ":a:M:999999999:abcd::/i:",
          ":a:M::" + "m".repeat(256) + "::/i:",
          ":a:M::" + "m".repeat(257) + "::/i:",
          ":a:M::\\x7fXLF::/i:",
          ":a:M::\\x7FX\\x4cF::/i:",
          ":a:M::\\x00\\x00::/i:",
          ":a:M::\\xZZab::/i:",
          ":a:M::\\x7::/interpreter:",
          ":a:M::\\n\\\\::/interpreter:",
          ":a:M:::abcd:/interpreter:",
          ":a:M::abcd:\\xff\\xff\\xff\\x00:/i:",
          ":a:M::abcd:\\xff\\xff\\xff:/i:",
          ":a:M::abcd:\\xff\\xff\\xff\\xff\\xff:/i:",
          ":a:M::abcd:::",
          ":a:M::abcd::relative:",
          ":a:M::abcd::" + "/i".repeat(500) + ":",
          ":a:M::a::i",
          ":a:M::a::i:",
          ":a:M::ab::" + "i".repeat(1908) + ":",
          ":a:M::ab::" + "i".repeat(1909) + ":");

  private static String expected(String string) {
    try {
      return Rule.parse(string).name();
    } catch (RuleException e) {
      return e.errno().map(Errno::name).orElse("refused without an errno");
    }
  }

  @Test
  void theKernelAndTheParserSayTheSame() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    Path cases = Files.createDirectories(actor.folder().resolve("cases"));
    for (int i = 0; i < STRINGS.size(); i++) {
      Files.writeString(cases.resolve("%03d".formatted(i)), STRINGS.get(i));
    }
    // Each case leaves what the kernel said in a file beside it, or the entry's file.
    Path script =
        actor.write(
            "script",
            """
            cd /proc/sys/fs/binfmt_misc
            for case in "$1"/???; do
              before=$(ls)
              cat "$case" > register 2> "$case.error" || continue
              for entry in *; do
                case "$entry" in register|status|qemu-*) continue ;; esac
                cat "$entry" > "$case.entry"
                echo -1 > "$entry"
              done
            done
            """);
    Images.succeed(
        actor.anyarch(
            Map.of("LC_ALL", "C"), "", "exec", "--", "sh", script.toString(), cases.toString()));

    List<String> differences = new ArrayList<>();
    for (int i = 0; i < STRINGS.size(); i++) {
      String string = STRINGS.get(i);
      Path result = cases.resolve("%03d.entry".formatted(i));
      String kernel =
          Files.exists(result) ? "taken" : name(cases.resolve("%03d.error".formatted(i)));
      String ours = expected(string).startsWith("E") ? expected(string) : "taken";
      if (!kernel.equals(ours)) {
        differences.add(string + ": the kernel says " + kernel + ", the parser " + ours);
      } else if (kernel.equals("taken")) {
        compare(string, result, differences);
      }
    }
    assertThat(differences).isEmpty();
  }

  @Test
  void theNewestRuleIsTriedFirstAndTheFolderIsInThatOrder()
      throws IOException, InterruptedException {
    Actor actor = Machine.root();
    Path script =
        actor.write(
            "script",
            """
            cd "$1"
            printf '#!/bin/sh\necho older\n' > older
            printf '#!/bin/sh\necho newer\n' > newer
            chmod +x older newer
            : > file.order && chmod +x file.order
            for name in older newer; do
              echo ":$name:E::order::$1/$name:" > /proc/sys/fs/binfmt_misc/register
            done
            ls -U /proc/sys/fs/binfmt_misc | grep er$ | grep -v register
            ./file.order
            echo 0 > /proc/sys/fs/binfmt_misc/newer
            ./file.order
            """);

    Outcome outcome =
        actor.anyarch("exec", "--", "sh", script.toString(), actor.folder().toString());

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("newer\nolder\nnewer\nolder\n");
  }

  /// What was taken also reads back as the rule that was meant.
  private static void compare(String string, Path result, List<String> differences)
      throws IOException {
    try {
      Rule rule = Rule.parse(string);
      Entry entry = Entry.parse(rule.name(), Files.readString(result, StandardCharsets.ISO_8859_1));
      if (!entry.match().equals(Optional.of(rule.match()))
          || !entry.flags().equals(rule.flags().toString())
          || !entry.interpreter().equals(rule.interpreter())
          || !entry.enabled()) {
        differences.add(string + ": read back as " + entry);
      }
    } catch (RuleException e) {
      differences.add(string + ": " + e.getMessage());
    }
  }

  private static String name(Path error) throws IOException {
    String text = Files.readString(error);
    for (Errno errno : List.of(Errno.EINVAL, Errno.EEXIST, Errno.ENAMETOOLONG, Errno.ENOENT)) {
      if (text.contains(errno.text())) {
        return errno.name();
      }
    }
    return text;
  }
}
