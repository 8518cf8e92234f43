package org.anyarch.build.plan;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What STOPSIGNAL may name: a signal of Linux, with or without SIG, in any case of letters.
final class StopSignals {
  private static final Set<String> NAMES =
      Set.of(
          ("ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV"
                  + " STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ"
                  + " RTMIN RTMAX")
              .split(" "));

  /// From both ends to the middle of the real-time signals.
  private static final Pattern REAL_TIME =
      Pattern.compile("RTMIN\\+([1-9]|1[0-5])|RTMAX-([1-9]|1[0-4])");

  private static final Pattern NUMBER = Pattern.compile("0*([1-9]|[1-5]\\d|6[0-4])");

  private StopSignals() {}

  static boolean has(String signal) {
    String name = signal.toUpperCase(Locale.ROOT).replaceFirst("^SIG", "");
    return NUMBER.matcher(signal).matches()
        || NAMES.contains(name)
        || REAL_TIME.matcher(name).matches();
  }
}
