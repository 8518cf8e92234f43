package org.anyarch.it;

/// How a process ended and what it printed.
record Outcome(int status, String out, String err) {
  /// The last line of what was printed as errors; empty if there is none.
  String lastLine() {
    return err.strip().lines().reduce((_, last) -> last).orElse("");
  }

  @Override
  public String toString() {
    return "status " + status + "\n--- out\n" + out + "--- err\n" + err;
  }
}
