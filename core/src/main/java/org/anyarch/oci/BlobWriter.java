package org.anyarch.oci;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;

/// Takes the bytes of a new blob, whose digest is known once they are all written. They become part
/// of the layout with [#commit()]; closing without it, or the end of the process, leaves no blob.
public final class BlobWriter extends OutputStream {
  private final Path folder;
  private final Partial partial;
  private final String mediaType;
  private final MessageDigest digest = Digest.sha256();
  private long size;
  private boolean done;

  BlobWriter(Path folder, String mediaType) throws IOException {
    this.folder = folder;
    this.mediaType = mediaType;
    this.partial = Partial.in(folder);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    partial.write(bytes, offset, length);
    digest.update(bytes, offset, length);
    size += length;
  }

  /// Syncs the bytes to the disk and gives them their place in the layout; a blob of equal content
  /// that is there already is replaced by this one. Closes this writer.
  ///
  /// @throws IllegalStateException after the first commit or close
  public Descriptor commit() throws IOException {
    return commit(true);
  }

  /// As [#commit()].
  ///
  /// @param lasting whether the blob is there after a crash of the machine
  Descriptor commit(boolean lasting) throws IOException {
    if (done) {
      throw new IllegalStateException("committed or closed before");
    }
    Digest name = Digest.of("sha256", digest.digest());
    Path blob = folder.resolve(name.hex());
    if (lasting) {
      partial.become(blob);
    } else {
      partial.becomeForNow(blob);
    }
    done = true;
    return Descriptor.of(mediaType, name, size);
  }

  @Override
  public void close() throws IOException {
    done = true;
    partial.close();
  }
}
