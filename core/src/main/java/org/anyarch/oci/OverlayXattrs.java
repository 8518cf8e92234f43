package org.anyarch.oci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.anyarch.kernel.Xattrs;

/// The extended attributes of a file in an overlayfs upper folder: those with which overlayfs keeps
/// its books (`trusted.overlay.*`, or `user.overlay.*` for mounts in user namespaces), and those
/// that belong to the image.
record OverlayXattrs(SortedMap<String, byte[]> overlay, SortedMap<String, byte[]> image) {
  private static final List<String> OVERLAY = List.of("trusted.overlay.", "user.overlay.");

  static boolean isOverlays(String name) {
    return OVERLAY.stream().anyMatch(name::startsWith);
  }

  static OverlayXattrs of(Path path, Xattrs xattrs) throws IOException {
    SortedMap<String, byte[]> overlay = new TreeMap<>();
    SortedMap<String, byte[]> image = new TreeMap<>();
    for (String name : xattrs.list(path)) {
      String key = overlayKey(name);
      if (!key.isEmpty()) {
        overlay.put(key, xattrs.value(path, name));
      } else if (isImages(name)) {
        image.put(name, xattrs.value(path, name));
      }
    }
    return new OverlayXattrs(overlay, image);
  }

  boolean has(String key) {
    return overlay.containsKey(key);
  }

  /// A folder that hides everything of the same name in lower layers.
  boolean isOpaque() {
    byte[] value = overlay.get("opaque");
    return value != null && "y".equals(new String(value, StandardCharsets.ISO_8859_1));
  }

  private static String overlayKey(String name) {
    for (String prefix : OVERLAY) {
      if (name.startsWith(prefix)) {
        return name.substring(prefix.length());
      }
    }
    return "";
  }

  /// Labels of this host's security modules and what only root can see are no part of an image: it
  /// would differ with the host and with who builds it.
  private static boolean isImages(String name) {
    return name.equals("security.capability")
        || name.startsWith("user.")
        || name.startsWith("system.posix_acl_");
  }
}
