package org.anyarch.host;

/// How an instance of binfmt_misc came to be reached, and with it who keeps it: the kernel drops an
/// instance and all its entries with the last mount or open file (Linux 6.7, and the stable kernels
/// of August 2024).
public enum Way {
  HOST_MOUNT(true, "the host has binfmt_misc mounted"),
  AUTOMOUNTED(true, "the host's automount of binfmt_misc was triggered"),
  MOUNTED_ON_HOST(true, "binfmt_misc was mounted in the mount namespace of the host's process 1"),
  HELD_ELSEWHERE(
      true,
      "somebody else holds this binfmt_misc: an entry outlived every mount of this container"),
  SHARED_PATH(
      true,
      "binfmt_misc was mounted on a path shared with the host, and an entry outlived this container's mount"),
  OWN_MOUNT(false, "nothing but this container's own mount keeps this binfmt_misc");

  private final boolean lasting;
  private final String sentence;

  Way(boolean lasting, String sentence) {
    this.lasting = lasting;
    this.sentence = sentence;
  }

  /// Whether what is registered outlives this process and its container.
  public boolean lasts() {
    return lasting;
  }

  public String sentence() {
    return sentence;
  }
}
