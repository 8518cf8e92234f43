package org.anyarch.host;

import java.util.Map;
import org.anyarch.kernel.Errno;

/// What became of a probe.
public sealed interface Outcome {

  /// It ended by itself.
  record Exited(int status) implements Outcome {
    @Override
    public String toString() {
      return "exited " + status;
    }
  }

  /// A signal killed it.
  record Signalled(int signal) implements Outcome {
    private static final Map<Integer, String> NAMES =
        Map.of(
            4, "SIGILL", 5, "SIGTRAP", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11,
            "SIGSEGV", 15, "SIGTERM", 31, "SIGSYS");

    /// The symbol, for instance `SIGSEGV`; `signal N` for one that programs do not die of by
    /// themselves.
    public String name() {
      return NAMES.getOrDefault(signal, "signal " + signal);
    }

    @Override
    public String toString() {
      return "signalled " + name();
    }
  }

  /// It could not be started, or did not end in time.
  ///
  /// @param stage the helper's word for what it did: `exec` is the start itself
  record Failed(String stage, Errno errno) implements Outcome {
    @Override
    public String toString() {
      return "failed " + stage + " " + errno.name();
    }
  }

  /// The helper said nothing of it.
  record Unknown() implements Outcome {
    @Override
    public String toString() {
      return "unknown";
    }
  }
}
