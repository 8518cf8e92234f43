package org.anyarch.host;

/// Judges SELinux labels.
public interface Labels {
  /// What a file's label means for containers that run it.
  ///
  /// @param label as the attribute security.selinux has it
  /// @return empty if there is nothing to be said
  String judge(String label);
}
