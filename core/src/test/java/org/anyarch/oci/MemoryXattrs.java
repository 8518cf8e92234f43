package org.anyarch.oci;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.Xattrs;

/// Extended attributes of all namespaces without privilege, kept by inode as the kernel does.
final class MemoryXattrs implements Xattrs {
  private final Map<Object, SortedMap<String, byte[]>> inodes = new HashMap<>();

  @Override
  public List<String> list(Path path) {
    return List.copyOf(of(path).keySet());
  }

  @Override
  public byte[] value(Path path, String name) throws KernelException {
    byte[] value = of(path).get(name);
    if (value == null) {
      throw new KernelException("read the attribute " + name + " of " + path, Errno.ENODATA);
    }
    return value.clone();
  }

  @Override
  public void set(Path path, String name, byte[] value) throws KernelException {
    if (name.startsWith("trusted.")) {
      throw new KernelException("set the attribute " + name + " of " + path, Errno.EPERM);
    }
    setAsRoot(path, name, value);
  }

  void setAsRoot(Path path, String name, byte[] value) {
    of(path).put(name, value.clone());
  }

  private SortedMap<String, byte[]> of(Path path) {
    try {
      Map<String, Object> stat =
          Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
      Object inode = List.of(stat.get("dev"), stat.get("ino"));
      return inodes.computeIfAbsent(inode, key -> new TreeMap<>());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
