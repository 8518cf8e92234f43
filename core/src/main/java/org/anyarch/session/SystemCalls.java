package org.anyarch.session;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Which system calls a container is refused: those that reach beyond namespaces or have been the
/// way out of containers, in the spirit of the engines' default profiles. Theirs list what is
/// allowed and refuse the rest; ours lists what is refused, so that an emulator, whose calls these
/// are, may use whatever a new kernel offers.
final class SystemCalls {
  /// The kernel's keys, modules, clocks, other processes, raw devices, and calls long dead.
  private static final List<String> REFUSED =
      List.of(
          "acct",
          "add_key",
          "afs_syscall",
          "bdflush",
          "bpf",
          "clock_adjtime",
          "clock_adjtime64",
          "clock_settime",
          "clock_settime64",
          "create_module",
          "delete_module",
          "fanotify_init",
          "finit_module",
          "fsconfig",
          "fsmount",
          "fsopen",
          "fspick",
          "get_kernel_syms",
          "get_mempolicy",
          "init_module",
          "io_uring_enter",
          "io_uring_register",
          "io_uring_setup",
          "ioperm",
          "iopl",
          "kcmp",
          "kexec_file_load",
          "kexec_load",
          "keyctl",
          "lookup_dcookie",
          "mbind",
          "migrate_pages",
          "mount",
          "mount_setattr",
          "move_mount",
          "move_pages",
          "nfsservctl",
          "open_by_handle_at",
          "open_tree",
          "perf_event_open",
          "pivot_root",
          "query_module",
          "quotactl",
          "quotactl_fd",
          "reboot",
          "request_key",
          "set_mempolicy",
          "set_mempolicy_home_node",
          "setdomainname",
          "sethostname",
          "setns",
          "settimeofday",
          "stime",
          "swapoff",
          "swapon",
          "sysfs",
          "syslog",
          "umount",
          "umount2",
          "unshare",
          "uselib",
          "userfaultfd",
          "ustat",
          "vhangup",
          "vm86",
          "vm86old",
          "vserver");

  private static final int EPERM = 1;
  private static final int ENOSYS = 38;

  /// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET of <linux/sched.h>.
  private static final long NEW_NAMESPACES = 0x7E020000L;

  /// A 64-bit kernel also takes the calls of its 32-bit sibling, with other numbers.
  private static final Map<String, List<String>> ARCHITECTURES =
      Map.of(
          "amd64", List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"),
          "aarch64", List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"),
          "s390x", List.of("SCMP_ARCH_S390X", "SCMP_ARCH_S390"),
          "ppc64le", List.of("SCMP_ARCH_PPC64LE"),
          "riscv64", List.of("SCMP_ARCH_RISCV64"));

  private SystemCalls() {}

  /// Writes the `seccomp` object of the OCI runtime specification.
  ///
  /// @param machine this machine, as Java calls it
  static void describe(ObjectNode seccomp, String machine) {
    seccomp.put("defaultAction", "SCMP_ACT_ALLOW");
    ArrayNode architectures = seccomp.putArray("architectures");
    ARCHITECTURES.getOrDefault(machine, List.of()).forEach(architectures::add);
    ArrayNode rules = seccomp.putArray("syscalls");
    REFUSED.forEach(rule(rules, EPERM).putArray("names")::add);
    // Its flags lie in memory, where no filter sees them; C libraries fall back to clone.
    rule(rules, ENOSYS).putArray("names").add("clone3");
    // On s390 the flags are the second argument.
    int flags = machine.equals("s390x") ? 1 : 0;
    for (long flag = Long.highestOneBit(NEW_NAMESPACES); flag != 0; flag >>= 1) {
      if ((NEW_NAMESPACES & flag) != 0) {
        ObjectNode clone = rule(rules, EPERM);
        clone.putArray("names").add("clone");
        clone
            .putArray("args")
            .addObject()
            .put("index", flags)
            .put("value", flag)
            .put("valueTwo", flag)
            .put("op", "SCMP_CMP_MASKED_EQ");
      }
    }
  }

  private static ObjectNode rule(ArrayNode rules, int errno) {
    return rules.addObject().put("action", "SCMP_ACT_ERRNO").put("errnoRet", errno);
  }
}
