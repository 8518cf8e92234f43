package org.anyarch.build.lint;

import org.anyarch.build.containerfile.Location;

/// A place where a rule is broken.
///
/// @param location the lines of the instruction
/// @param message what is there, in one line
public record Warning(Rule rule, Location location, String message) {
  @Override
  public String toString() {
    return location.file() + ":" + location.line() + ": " + rule.published() + ": " + message;
  }
}
