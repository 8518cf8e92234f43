package org.anyarch.selinux;

import java.util.Map;

/// Whether containers may map a file with a label, which is what an emulator's file has to allow: a
/// rule with F lets the kernel open it for everybody, but its segments are mapped with the rights
/// of the program that is emulated, and where those do not reach, that program dies of SIGSEGV.
///
/// Holds for container-selinux (Fedora, RHEL and their kin) and for Bottlerocket; that these two
/// call different things by one name happens with unlabeled_t alone.
///
/// @param sentence what the label means
/// @param remedy what to do about it; empty if nothing is to be done
public record LabelJudgement(Label label, Reach reach, String sentence, String remedy) {
  /// Who may map it.
  public enum Reach {
    /// Every container, and every process of the host that runs foreign programs.
    EVERYBODY,
    /// Only containers that have the same categories, and privileged ones.
    ITS_OWN_CONTAINER,
    /// Only privileged containers.
    PRIVILEGED,
    /// The type is none that this judge knows.
    UNKNOWN
  }

  private enum Kind {
    SHARED,
    SHARED_UNLESS_CATEGORIES,
    PRIVATE
  }

  private static final String FRESH_COPY_BOTTLEROCKET =
      "copy it as a new file below the host's /var, /opt or /mnt without its attributes (cp, not cp -a"
          + " or mv); what is created there is local_t";

  private static final String RELABEL_FEDORA =
      "semanage fcontext -a -t container_file_t '/var/lib/anyarch/emulators(/.*)?' && restorecon -RF"
          + " /var/lib/anyarch";

  /// Types and what ordinary containers may do with files of them. Those above the line are
  /// Bottlerocket's, from its policy: only data_t is bound to categories there.
  private static final Map<String, Kind> TYPES =
      Map.ofEntries(
          Map.entry("local_t", Kind.SHARED),
          Map.entry("cache_t", Kind.SHARED),
          Map.entry("state_t", Kind.SHARED),
          Map.entry("any_t", Kind.SHARED),
          Map.entry("os_t", Kind.SHARED),
          Map.entry("data_t", Kind.SHARED_UNLESS_CATEGORIES),
          Map.entry("secret_t", Kind.PRIVATE),
          Map.entry("private_t", Kind.PRIVATE),
          Map.entry("csi_exec_t", Kind.PRIVATE),
          Map.entry("etc_secret_t", Kind.PRIVATE),
          // container-selinux and the distributions' policy
          Map.entry("container_file_t", Kind.SHARED_UNLESS_CATEGORIES),
          Map.entry("svirt_sandbox_file_t", Kind.SHARED_UNLESS_CATEGORIES),
          Map.entry("container_ro_file_t", Kind.SHARED_UNLESS_CATEGORIES),
          Map.entry("container_share_t", Kind.SHARED_UNLESS_CATEGORIES),
          Map.entry("usr_t", Kind.SHARED_UNLESS_CATEGORIES),
          Map.entry("bin_t", Kind.SHARED_UNLESS_CATEGORIES),
          Map.entry("lib_t", Kind.SHARED_UNLESS_CATEGORIES),
          Map.entry("var_lib_t", Kind.PRIVATE),
          Map.entry("container_var_lib_t", Kind.PRIVATE),
          Map.entry("var_t", Kind.PRIVATE),
          Map.entry("default_t", Kind.PRIVATE),
          Map.entry("tmp_t", Kind.PRIVATE),
          Map.entry("user_tmp_t", Kind.PRIVATE),
          Map.entry("tmpfs_t", Kind.PRIVATE),
          Map.entry("user_home_t", Kind.PRIVATE),
          Map.entry("admin_home_t", Kind.PRIVATE),
          Map.entry("mnt_t", Kind.PRIVATE));

  private static boolean isBottlerocket(String type) {
    return switch (type) {
      case "local_t",
          "cache_t",
          "state_t",
          "any_t",
          "os_t",
          "data_t",
          "secret_t",
          "private_t",
          "csi_exec_t",
          "etc_secret_t" ->
          true;
      default -> false;
    };
  }

  /// Judges the label of an emulator's file.
  public static LabelJudgement of(Label label) {
    Kind kind = TYPES.get(label.type());
    if (kind == null) {
      return unknown(label);
    }
    String cure = isBottlerocket(label.type()) ? FRESH_COPY_BOTTLEROCKET : RELABEL_FEDORA;
    if (kind == Kind.PRIVATE) {
      return new LabelJudgement(
          label,
          Reach.PRIVILEGED,
          "ordinary containers may not map files of type "
              + label.type()
              + origin(label.type())
              + "; emulated programs in them would die of SIGSEGV (exit status 139)",
          cure);
    }
    if (kind == Kind.SHARED_UNLESS_CATEGORIES && label.hasCategories()) {
      return new LabelJudgement(
          label,
          Reach.ITS_OWN_CONTAINER,
          "the categories of "
              + label
              + " are those of one container: only it and privileged containers may map the file;"
              + " emulated programs elsewhere would die of SIGSEGV (exit status 139)",
          cure);
    }
    return new LabelJudgement(
        label, Reach.EVERYBODY, "every container may map files of type " + label.type(), "");
  }

  private static LabelJudgement unknown(Label label) {
    String sentence =
        label.type().equals("unlabeled_t")
            ? "unlabeled_t is open to containers on Bottlerocket and closed to them on Fedora and RHEL"
            : "it is not known whether ordinary containers may map files of type " + label.type();
    return new LabelJudgement(
        label,
        Reach.UNKNOWN,
        sentence,
        "ask the policy: sesearch -A -s container_t -t "
            + label.type()
            + " -c file -p map; or run a foreign program in an ordinary container");
  }

  private static String origin(String type) {
    return switch (type) {
      case "secret_t" -> " (the root of Bottlerocket's host and bootstrap containers)";
      case "csi_exec_t" -> " (Bottlerocket's /opt/csi)";
      case "var_lib_t" -> " (what /var/lib gives to new files)";
      case "container_var_lib_t" -> " (the container engine's own files)";
      default -> "";
    };
  }
}
