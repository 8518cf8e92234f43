package org.anyarch.oci;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// A blob's bytes, compared with its descriptor while they are read. The read that would report the
/// end throws instead when size or digest differ; no read goes beyond the described size.
final class VerifiedStream extends FilterInputStream {
  private final Descriptor expected;
  private final String where;
  private final Action whenVerified;
  private final MessageDigest digest;
  private long left;
  private boolean verified;

  interface Action {
    void run() throws IOException;
  }

  /// @param whenVerified done once, when size and digest have proved right
  VerifiedStream(InputStream in, Descriptor expected, String where, Action whenVerified) {
    super(in);
    this.whenVerified = whenVerified;
    this.expected = expected;
    this.where = where;
    this.digest = expected.digest().computation();
    this.left = expected.size();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      verify();
      return -1;
    }
    int count = in.read(bytes, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw damaged("it ends " + left + " bytes early");
    }
    digest.update(bytes, offset, count);
    left -= count;
    return count;
  }

  private void verify() throws IOException {
    if (verified) {
      return;
    }
    if (in.read() >= 0) {
      throw damaged("it is longer than that");
    }
    Digest actual = Digest.of(expected.digest().algorithm(), digest.digest());
    if (!actual.equals(expected.digest())) {
      throw damaged("its content has the digest " + actual);
    }
    verified = true;
    whenVerified.run();
  }

  private OciException damaged(String why) {
    return new OciException(
        "the blob "
            + where
            + " should be "
            + expected
            + " but "
            + why
            + ". Delete the layout and fetch or build it again.");
  }

  /// Skipping reads, since skipped bytes count too.
  @Override
  public long skip(long count) throws IOException {
    byte[] dropped = new byte[(int) Math.min(Math.max(count, 0), 1 << 16)];
    return Math.max(0, read(dropped, 0, dropped.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
