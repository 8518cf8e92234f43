package org.anyarch.kernel;

/// Who gets the signals of this process.
public interface Programs {
  /// Asks the session's init to pass the signals it gets for us on to process `pid` (sigqueue(3) to
  /// process 1, see native/src/main/c/session.c).
  void passSignalsTo(long pid) throws KernelException;
}
