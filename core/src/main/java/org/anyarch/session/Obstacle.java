package org.anyarch.session;

import org.anyarch.kernel.Errno;

/// Turns the step at which the helper was refused, and the errno, into one line with the cause and
/// the remedy.
final class Obstacle {
  private Obstacle() {}

  static String explain(String stage, int number, HostFacts facts) {
    Errno errno = new Errno(number);
    String reason =
        switch (stage) {
          case "namespaces" -> namespaces(errno, facts);
          case "ids" -> ids(errno);
          case "identity" ->
              "the user namespace does not give this process its own root ("
                  + errno.name()
                  + "); a seccomp filter or security module forbids setresuid, see the kernel's log";
          case "mounts" -> mounts(facts);
          case "binfmt_misc" -> binfmtMisc(errno, facts);
          default ->
              "the helper could not start a process; see ulimit -u and the machine's free memory";
        };
    return "no private session: " + reason + " [" + stage + ": " + errno + "]";
  }

  private static String ids(Errno errno) {
    return errno.equals(Errno.ENOENT) || errno.equals(Errno.ESRCH)
        ? "/proc shows the processes of another PID namespace, so the ids of the new user namespace cannot be set;"
            + " mount a new /proc (unshare --mount-proc) and try again"
        : "the ids of the new user namespace could not be set; install newuidmap and newgidmap (package uidmap or"
            + " shadow-utils) and give the user ranges in /etc/subuid and /etc/subgid";
  }

  private static String mounts(HostFacts facts) {
    if (facts.apparmorRestricts()) {
      return "AppArmor takes the rights of new user namespaces away; as root: sysctl -w"
          + " kernel.apparmor_restrict_unprivileged_userns=0, or give anyarch a profile with \"userns,\"";
    }
    return facts.seccompFilter()
        ? "a seccomp filter forbids mounts, as container engines' default does; start the container with"
            + " --security-opt seccomp=unconfined"
        : "a security module forbids mounts in new user namespaces; see the kernel's log for its denial";
  }

  private static String namespaces(Errno errno, HostFacts facts) {
    if (!facts.userNamespaces() || errno.equals(Errno.EINVAL)) {
      return "this kernel was built without user namespaces; use one with CONFIG_USER_NS, CONFIG_PID_NS";
    }
    if (errno.equals(Errno.ENOSPC) || errno.name().equals("EUSERS")) {
      if (facts.maxUserNamespaces().orElse(1) == 0) {
        return "user namespaces are switched off (user.max_user_namespaces is 0); as root: sysctl -w"
            + " user.max_user_namespaces=15000";
      }
      return "the limit of user namespaces is reached (user.max_user_namespaces is "
          + (facts.maxUserNamespaces().isPresent()
              ? String.valueOf(facts.maxUserNamespaces().getAsLong())
              : "unknown")
          + ", or 32 levels deep); end some, or as root: sysctl -w user.max_user_namespaces=15000";
    }
    if (facts.unprivilegedUserNamespaces().orElse(1) == 0) {
      return "users may not make user namespaces here; as root: sysctl -w kernel.unprivileged_userns_clone=1";
    }
    if (facts.seccompFilter()) {
      return "a seccomp filter forbids new user namespaces, as container engines' default does; start the container"
          + " with --security-opt seccomp=unconfined";
    }
    if (facts.apparmorRestricts()) {
      return "AppArmor forbids new user namespaces; as root: sysctl -w"
          + " kernel.apparmor_restrict_unprivileged_userns=0";
    }
    return "the kernel refused a new user namespace: this process is in a chroot, or a security module forbids it";
  }

  private static String binfmtMisc(Errno errno, HostFacts facts) {
    if (errno.equals(Errno.ENOENT) && facts.knowsBinfmtMisc()) {
      return "the mount point /proc/sys/fs/binfmt_misc is covered by another mount or by an older /proc; undo that mount"
          + " (findmnt /proc/sys /proc/sys/fs)";
    }
    if (errno.equals(Errno.ENODEV) || errno.equals(Errno.ENOENT)) {
      return "this kernel has no binfmt_misc; as root: modprobe binfmt_misc, or use a kernel with CONFIG_BINFMT_MISC";
    }
    if (facts.olderThan(6, 7)) {
      return "Linux "
          + facts.release()
          + " has one binfmt_misc for the whole machine; a private one needs Linux 6.7 or newer";
    }
    return facts.seccompFilter()
        ? "a seccomp filter forbids mounting binfmt_misc, as container engines' default does; start the container with"
            + " --security-opt seccomp=unconfined"
        : "a security module forbids mounting binfmt_misc in a user namespace; see the kernel's log for its denial";
  }
}
