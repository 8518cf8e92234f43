package org.anyarch.host;

import org.anyarch.kernel.Errno;
import org.anyarch.platform.Guest;

/// Says of an outcome what it means. The kernel's answers are ambiguous, and the other way's often
/// tells the cases apart: an interpreter that is missing in containers alone is one without F.
final class Meaning {
  private Meaning() {}

  static String of(Setting way, Verdict verdict) {
    Guest guest = verdict.guest();
    String programs = guest.qemu() + " programs";
    if (verdict.works(way)) {
      return programs + (way == Setting.CONTAINER ? " run in containers" : " run on the host");
    }
    String place =
        way == Setting.CONTAINER ? " do not run in containers: " : " do not run on the host: ";
    return programs
        + place
        + switch (verdict.outcome(way)) {
          case Outcome.Exited exited -> exited(exited);
          case Outcome.Signalled signalled -> signalled(signalled);
          case Outcome.Failed failed when failed.stage().equals("exec") ->
              refused(way, failed.errno(), verdict);
          case Outcome.Failed failed -> untried(way, failed);
          case Outcome.Unknown() -> "the helper that tries it gave no answer";
        };
  }

  private static String exited(Outcome.Exited exited) {
    return "something else than the emulator ran it, for it exited with "
        + exited.status()
        + " instead of "
        + Verdict.STATUS
        + "; look for another handler that matches such programs, or an interpreter that is no emulator";
  }

  private static String signalled(Outcome.Signalled signalled) {
    return "killed by "
        + signalled.name()
        + switch (signalled.name()) {
          case "SIGSEGV" ->
              "; the emulator's file has an SELinux label that keeps such processes from mapping it"
                  + " (look for \"denied { map }\" or \"denied { execute }\" in the audit log), or the emulator crashed";
          case "SIGILL" ->
              "; it was run by a CPU that lacks an instruction, or the emulator was built for a newer CPU than this one";
          case "SIGKILL" ->
              "; most likely it ran out of memory, or a security tool of the host killed it";
          case "SIGSYS" -> "; a seccomp filter forbids a system call that the emulator makes";
          default -> "; the emulator crashed: try another version of it";
        };
  }

  private static String refused(Setting way, Errno errno, Verdict verdict) {
    return switch (errno.name()) {
          // A handler with O that matches its own interpreter is refused in its second round, one
          // without it in the sixth, with ELOOP.
          case "ENOEXEC" ->
              "no handler that is enabled matches them, or one does that matches its own interpreter or has one for another"
                  + " machine; register an emulator made for this machine";
          case "ENOENT" -> missing(way, verdict);
          case "ELOOP" ->
              "the handler matches its own interpreter, so the kernel goes round in circles; remove the handler";
          case "EACCES" -> forbidden(way, verdict);
          case "EPERM" -> "a security module of the host forbids it";
          case "ETXTBSY" ->
              "the interpreter's file is open for writing; register it when it is complete";
          case "ENOMEM" -> "there is not enough memory to start the emulator";
          case "EINVAL", "EIO" ->
              "the interpreter or its loader is damaged or cut off; fetch it again";
          case "ELIBBAD" ->
              "the interpreter needs a loader, and the one that is there is for another machine; use a static emulator";
          default -> "the kernel does not start them";
        }
        + " ("
        + errno.name()
        + ")";
  }

  private static String missing(Setting way, Verdict verdict) {
    boolean both =
        execFailed(verdict.outcome(Setting.PROCESS), Errno.ENOENT)
            && execFailed(verdict.outcome(Setting.CONTAINER), Errno.ENOENT);
    if (both) {
      return "the handler's interpreter, or the loader that it needs, is not there; install it or remove the handler";
    }
    return way == Setting.CONTAINER
        ? "the handler's interpreter is not in the container, since it was registered without flag F or needs a loader"
            + " that containers lack; register a static one with F"
        : "the handler's interpreter, or the loader that it needs, is not in the host's view; register it by the"
            + " path that it has on the host";
  }

  private static String forbidden(Setting way, Verdict verdict) {
    return way == Setting.PROCESS && !execFailed(verdict.outcome(Setting.CONTAINER), Errno.EACCES)
        ? "the folder that they were tried in is mounted noexec, or a security module forbids to execute its files"
        : "the interpreter is not executable (chmod +x it), is on a file system mounted noexec, or a security module"
            + " forbids it";
  }

  private static boolean execFailed(Outcome outcome, Errno errno) {
    return outcome.equals(new Outcome.Failed("exec", errno));
  }

  private static String untried(Setting way, Outcome.Failed failed) {
    String cause = failed.errno().toString();
    return switch (failed.stage()) {
      case "time" ->
          "started, but not ended after ten seconds; the emulator hangs or the machine is overloaded";
      case "write" ->
          "not tried, for the probe could not be written: "
              + cause
              + "; name a folder in which files can be made and executed";
      case "unshare" ->
          "not tried, for no new mount namespace may be made here: "
              + cause
              + "; run as root with CAP_SYS_ADMIN";
      default ->
          "not tried, for "
              + (way == Setting.CONTAINER ? "the container" : "the process")
              + " could not be prepared ("
              + failed.stage()
              + "): "
              + cause;
    };
  }
}
