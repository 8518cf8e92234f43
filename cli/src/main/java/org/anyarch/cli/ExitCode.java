package org.anyarch.cli;

/// What `anyarch` exits with. `run` and `exec` pass their program's own status on; there
/// [#OWN_FAILURE] says that the program was not started, as it does for docker and podman.
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int UNSUPPORTED = 3;
  static final int OWN_FAILURE = 125;
  static final int NOT_EXECUTABLE = 126;
  static final int NOT_FOUND = 127;

  /// 128 and the number of SIGINT, as shells have it; [Ending] has that of the signal that came.
  static final int INTERRUPTED = 130;

  /// EX_SOFTWARE of sysexits.h: a bug of ours, the only case that shows a stack trace.
  static final int BUG = 70;

  private ExitCode() {}
}
