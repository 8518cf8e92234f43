package org.anyarch.host.emit;

import java.util.List;

/// What a policy calls the types that an SELinux module is about. The policy has to have those that
/// are not said to be optional.
///
/// @param type what the module calls binfmt_misc's files; it declares it
/// @param writers types that may mount binfmt_misc and register, privileged containers among them
/// @param optionalWriters types that may too, where the policy has them
/// @param readers an attribute of all processes
/// @param container the type of ordinary containers
/// @param emulator the type of files that ordinary containers may map, for emulators
/// @param optionalAttributes attributes of a file system's type, where the policy has them
public record PolicyNames(
    String type,
    List<String> writers,
    List<String> optionalWriters,
    String readers,
    String container,
    String emulator,
    List<String> optionalAttributes) {
  /// Fedora, RHEL and their kin, with container-selinux.
  public static final PolicyNames CONTAINER_SELINUX =
      new PolicyNames(
          "anyarch_binfmt_misc_t",
          List.of("spc_t"),
          List.of("init_t", "systemd_binfmt_t", "unconfined_t", "unconfined_service_t"),
          "domain",
          "container_t",
          "container_file_t",
          List.of("filesystem_type"));

  /// Policies built as Bottlerocket's is; its own has these rules since 1.27.0.
  public static final PolicyNames BOTTLEROCKET =
      new PolicyNames(
          "binfmt_misc_fs_t",
          List.of("control_t", "super_t"),
          List.of("kernel_t", "init_t", "system_t", "mount_t", "runtime_t"),
          "all_s",
          "container_t",
          "local_t",
          List.of());

  public PolicyNames {
    writers = List.copyOf(writers);
    optionalWriters = List.copyOf(optionalWriters);
    optionalAttributes = List.copyOf(optionalAttributes);
  }

  /// @throws EmitException if one of them cannot be a name in CIL
  void check() throws EmitException {
    if (writers.isEmpty()) {
      throw new EmitException(
          "no type is to register handlers; name that of privileged containers");
    }
    for (String name : List.of(type, readers, container, emulator)) {
      check(name);
    }
    for (List<String> names : List.of(writers, optionalWriters, optionalAttributes)) {
      for (String name : names) {
        check(name);
      }
    }
  }

  private static void check(String name) throws EmitException {
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,127}")) {
      throw new EmitException("\"" + Quote.shown(name) + "\" is no name of a type or an attribute");
    }
  }
}
