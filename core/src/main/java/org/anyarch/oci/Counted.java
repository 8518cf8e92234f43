package org.anyarch.oci;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/// Streams that tell how many bytes pass, in the amounts that they are read or written in.
public final class Counted {
  static final LongConsumer NOWHERE = _ -> {};

  private Counted() {}

  public static InputStream reading(InputStream in, LongConsumer counter) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int read = super.read();
        counter.accept(read < 0 ? 0 : 1);
        return read;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int count = super.read(into, offset, length);
        counter.accept(Math.max(0, count));
        return count;
      }
    };
  }

  static OutputStream writing(OutputStream out, LongConsumer counter) {
    return new FilterOutputStream(out) {
      @Override
      public void write(int b) throws IOException {
        out.write(b);
        counter.accept(1);
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        out.write(from, offset, length);
        counter.accept(length);
      }
    };
  }
}
