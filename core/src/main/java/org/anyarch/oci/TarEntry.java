package org.anyarch.oci;

/// One file of a tar archive, without its content.
///
/// @param linkName of a symbolic link its text, of a hard link the earlier entry's name, else empty
/// @param size of the content that follows; 0 for all but regular files
/// @param device 0:0 for all but devices
record TarEntry(
    Type type, String name, String linkName, long size, Metadata metadata, Device device) {
  enum Type {
    FILE('0'),
    HARD_LINK('1'),
    SYMBOLIC_LINK('2'),
    CHARACTER_DEVICE('3'),
    BLOCK_DEVICE('4'),
    FOLDER('5'),
    FIFO('6');

    private final char flag;

    Type(char flag) {
      this.flag = flag;
    }

    char flag() {
      return flag;
    }
  }

  record Device(int major, int minor) {
    static final Device NONE = new Device(0, 0);
  }

  static TarEntry file(String name, long size, Metadata metadata) {
    return new TarEntry(Type.FILE, name, "", size, metadata, Device.NONE);
  }

  static TarEntry folder(String name, Metadata metadata) {
    return new TarEntry(Type.FOLDER, name, "", 0, metadata, Device.NONE);
  }

  static TarEntry link(Type type, String name, String target, Metadata metadata) {
    return new TarEntry(type, name, target, 0, metadata, Device.NONE);
  }

  static TarEntry node(Type type, String name, Metadata metadata, Device device) {
    return new TarEntry(type, name, "", 0, metadata, device);
  }
}
