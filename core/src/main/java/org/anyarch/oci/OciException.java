package org.anyarch.oci;

import java.io.IOException;

/// Something is wrong with an image, a layout or an archive. The one-line message names the blob,
/// file or archive entry, says why it was refused and what to do about it.
public final class OciException extends IOException {
  private static final long serialVersionUID = 1L;

  public OciException(String message) {
    super(message);
  }

  public OciException(String message, Throwable cause) {
    super(message, cause);
  }
}
