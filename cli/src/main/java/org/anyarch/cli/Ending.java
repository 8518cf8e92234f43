package org.anyarch.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// How this process ends when a signal comes while a command is at work: the command is told,
/// cleans up behind itself, and only then the JVM goes, with the command's exit code. A command
/// that takes too long goes without: processes and mounts end with the session anyway, and the next
/// session removes what is left of the work folder.
final class Ending {
  private static final int SECONDS = 5;

  private final CompletableFuture<Integer> code = new CompletableFuture<>();

  /// From now on a signal calls `told` and the JVM waits until [#at] was called. It then ends with
  /// what was said there, and as an interrupted one with 128 and the signal's number.
  void hold(Runnable told) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (!code.isDone()) {
                    told.run();
                    int said =
                        code.completeOnTimeout(ExitCode.INTERRUPTED, SECONDS, TimeUnit.SECONDS)
                            .join();
                    if (said != ExitCode.INTERRUPTED) {
                      Runtime.getRuntime().halt(said);
                    }
                    // The JVM ends by itself now, and it alone knows which signal it was.
                  }
                },
                "ending"));
  }

  /// The command has ended and cleaned up.
  void at(int exitCode) {
    code.complete(exitCode);
  }
}
