package org.anyarch.it;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Takes away what the tests made on the machine behind the last of them: a JVM that takes more
/// than 30 seconds to exit, as it does when that is left to its end, is killed by Failsafe in the
/// midst of it.
public final class MachineCleaner implements BeforeAllCallback {
  private static final Deque<Runnable> MADE = new ConcurrentLinkedDeque<>();

  static {
    // For runs that are stopped.
    Runtime.getRuntime().addShutdownHook(new Thread(MachineCleaner::clean));
  }

  /// @param removal what is done at the end, before what was given earlier
  static void later(Runnable removal) {
    MADE.push(removal);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(MachineCleaner.class, _ -> (AutoCloseable) MachineCleaner::clean);
  }

  private static void clean() {
    for (Runnable next = MADE.poll(); next != null; next = MADE.poll()) {
      next.run();
    }
  }
}
