package org.anyarch.it;

/// How a process ended and what it printed.
record Outcome(int status, String out, String err) {
  @Override
  public String toString() {
    return "status " + status + "\n--- out\n" + out + "--- err\n" + err;
  }
}
