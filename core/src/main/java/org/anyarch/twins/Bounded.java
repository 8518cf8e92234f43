package org.anyarch.twins;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A stranger's stream that may not go on for ever: beyond its limit, reading fails. What is
/// compressed can be a thousand times as long as what was fetched.
final class Bounded extends FilterInputStream {
  private final long limit;
  private long left;

  Bounded(InputStream in, long limit) {
    super(in);
    this.limit = limit;
    this.left = limit;
  }

  @Override
  public int read() throws IOException {
    int read = in.read();
    if (read >= 0) {
      count(1);
    }
    return read;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = in.read(bytes, offset, length);
    count(Math.max(0, read));
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = in.skip(count);
    count(skipped);
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(long bytes) throws IOException {
    left -= bytes;
    if (left < 0) {
      throw new IOException("it has more than " + limit + " bytes");
    }
  }
}
