package org.anyarch.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Which system calls a container may make: those that container engines allow by default. The
/// names are in `system-calls.txt`; the few that depend on their arguments are here.
final class SystemCalls {
  private static final String LIST = "system-calls.txt";
  private static final Pattern HEADER =
      Pattern.compile("\\[(?:(allow)(?: on ([a-z0-9_ ]+)| with (CAP_[A-Z_]+))?|refuse)]");

  private static final int EPERM = 1;
  private static final int ENOSYS = 38;

  /// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET of <linux/sched.h>.
  private static final long NEW_NAMESPACES = 0x7E020000L;

  /// PER_LINUX and PER_LINUX32, each also with UNAME26, and the question which it is
  /// (<sys/personality.h>).
  private static final List<Long> PERSONALITIES = List.of(0L, 8L, 0x20000L, 0x20008L, 0xFFFFFFFFL);

  /// The kernel's cryptography, and what leads to the host of a virtual machine, past every network
  /// namespace (<sys/socket.h>).
  private static final int AF_ALG = 38;

  private static final int AF_VSOCK = 40;

  /// A 64-bit kernel also takes the calls of its 32-bit sibling, with other numbers. x32, which
  /// engines list too, is left out: hardly a kernel has it, and runtimes make the filter anew for
  /// every container, a third faster without.
  private static final Map<String, List<String>> ARCHITECTURES =
      Map.of(
          "amd64", List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86"),
          "aarch64", List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"),
          "s390x", List.of("SCMP_ARCH_S390X", "SCMP_ARCH_S390"),
          "ppc64le", List.of("SCMP_ARCH_PPC64LE"),
          "riscv64", List.of("SCMP_ARCH_RISCV64"));

  private SystemCalls() {}

  /// Writes the `seccomp` object of the OCI runtime specification.
  ///
  /// @param machine this machine, as Java calls it
  /// @param capabilities what the container has
  static void describe(ObjectNode seccomp, String machine, Set<String> capabilities) {
    seccomp.put("defaultAction", "SCMP_ACT_ERRNO").put("defaultErrnoRet", ENOSYS);
    ArrayNode architectures = seccomp.putArray("architectures");
    ARCHITECTURES.getOrDefault(machine, List.of()).forEach(architectures::add);
    ArrayNode rules = seccomp.putArray("syscalls");
    Names names = Names.read(machine, capabilities);
    names.allowed().forEach(allow(rules).putArray("names")::add);
    names.refused().forEach(refuse(rules).putArray("names")::add);
    // clone3's flags lie in memory, where no filter sees them: it does not exist, and C libraries
    // take clone. On s390 the flags are the second argument.
    int flags = machine.equals("s390x") ? 1 : 0;
    argument(allow(rules), "clone", flags, "SCMP_CMP_MASKED_EQ", NEW_NAMESPACES, 0);
    for (long flag = Long.highestOneBit(NEW_NAMESPACES); flag != 0; flag >>= 1) {
      if ((NEW_NAMESPACES & flag) != 0) {
        argument(refuse(rules), "clone", flags, "SCMP_CMP_MASKED_EQ", flag, flag);
      }
    }
    for (long personality : PERSONALITIES) {
      argument(allow(rules), "personality", 0, "SCMP_CMP_EQ", personality, 0);
    }
    // Runtimes take several rules for "or" and cannot say "and" of one argument.
    argument(allow(rules), "socket", 0, "SCMP_CMP_LT", AF_ALG, 0);
    argument(refuse(rules), "socket", 0, "SCMP_CMP_EQ", AF_ALG, 0);
    argument(allow(rules), "socket", 0, "SCMP_CMP_EQ", AF_ALG + 1, 0);
    argument(refuse(rules), "socket", 0, "SCMP_CMP_EQ", AF_VSOCK, 0);
    argument(allow(rules), "socket", 0, "SCMP_CMP_GT", AF_VSOCK, 0);
  }

  private static ObjectNode allow(ArrayNode rules) {
    return rules.addObject().put("action", "SCMP_ACT_ALLOW");
  }

  private static ObjectNode refuse(ArrayNode rules) {
    return rules.addObject().put("action", "SCMP_ACT_ERRNO").put("errnoRet", EPERM);
  }

  private static void argument(
      ObjectNode rule, String name, int index, String operator, long value, long second) {
    rule.putArray("names").add(name);
    rule.putArray("args")
        .addObject()
        .put("index", index)
        .put("value", value)
        .put("valueTwo", second)
        .put("op", operator);
  }

  /// What the list says of one machine and one set of capabilities.
  private record Names(List<String> allowed, List<String> refused) {

    static Names read(String machine, Set<String> capabilities) {
      List<String> allowed = new ArrayList<>();
      List<String> refused = new ArrayList<>();
      List<String> into = refused;
      for (String line : lines()) {
        Matcher header = HEADER.matcher(line);
        if (header.matches()) {
          boolean here =
              header.group(2) == null || List.of(header.group(2).split(" ")).contains(machine);
          boolean granted = header.group(3) == null || capabilities.contains(header.group(3));
          // What is another machine's is in neither list.
          into = !here ? new ArrayList<>() : header.group(1) != null && granted ? allowed : refused;
        } else if (!line.startsWith("#") && !line.isBlank()) {
          into.addAll(List.of(line.split(" ")));
        }
      }
      return new Names(allowed, refused);
    }

    private static List<String> lines() {
      try (InputStream list =
          Objects.requireNonNull(SystemCalls.class.getResourceAsStream(LIST), LIST)) {
        return new String(list.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + LIST + " of this program", e);
      }
    }
  }
}
