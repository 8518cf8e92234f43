package org.anyarch.oci;

/// Numeric owner and group of a file. Names mean nothing outside of the image they come from.
public record Owner(long uid, long gid) {
  // (uid_t) -1 tells chown(2) to leave the owner as it is.
  private static final long LARGEST = 0xffff_fffeL;

  public Owner {
    if (uid < 0 || uid > LARGEST || gid < 0 || gid > LARGEST) {
      throw new IllegalArgumentException("no owner can be " + uid + ":" + gid);
    }
  }

  @Override
  public String toString() {
    return uid + ":" + gid;
  }
}
