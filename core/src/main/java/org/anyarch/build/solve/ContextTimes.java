package org.anyarch.build.solve;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// What becomes of the times of a context's files. An image has those before its date, so they are
/// part of what is built. Others it has not: a fresh checkout is the same context, and its files
/// are of the time of the build, as what steps make. Only if the date is 1970, and no time matters
/// to the image, files keep theirs: tools that look at a cache mount see what changed.
///
/// @param date of the images, in seconds since 1970
/// @param began when the build did, by the clock that files have their times from
record ContextTimes(long date, Instant began) {
  /// What is said of files that keep a later time, which no build of another date may take.
  private static final long LATER_AND_KEPT = Long.MIN_VALUE;

  private static final long LATER = Long.MAX_VALUE;

  /// What a key says of a time.
  ///
  /// @param nanos since 1970
  long inKeys(long nanos) {
    if (nanos < TimeUnit.SECONDS.toNanos(date)) {
      return nanos;
    }
    return date == 0 ? LATER_AND_KEPT : LATER;
  }

  /// What a copy gets.
  Instant ofCopy(Instant time) {
    return date == 0 || time.isBefore(Instant.ofEpochSecond(date)) ? time : began;
  }
}
