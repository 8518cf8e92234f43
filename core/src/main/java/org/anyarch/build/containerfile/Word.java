package org.anyarch.build.containerfile;

import java.util.regex.Pattern;

/// A word of an instruction as it was written, quotes and variables included.
public record Word(String text, Location location) {
  private static final Pattern DEMAND = Pattern.compile("(\\$\\{[\\p{L}\\p{N}_]+):?\\?");

  /// The word for those who only look at it: `${NAME:?…}`, which fails where NAME is not set, is as
  /// `${NAME-…}`.
  public Word withoutDemands() {
    return new Word(DEMAND.matcher(text).replaceAll("$1-"), location);
  }
}
