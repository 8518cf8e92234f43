package org.anyarch.oci;

import java.util.ArrayList;
import java.util.List;

/// The name of an archive entry as the parts of a path below the folder it is unpacked to; no parts
/// for that folder itself. Leading slashes and `.` mean nothing.
record EntryName(List<String> parts) {
  EntryName {
    parts = List.copyOf(parts);
  }

  static EntryName parse(String name) throws OciException {
    List<String> parts = new ArrayList<>();
    int start = 0;
    while (start <= name.length()) {
      int slash = name.indexOf('/', start);
      int end = slash < 0 ? name.length() : slash;
      String part = name.substring(start, end);
      if (part.equals("..")) {
        throw new OciException(
            Quoted.name(name)
                + " has '..' in it, which could lead out of the folder it is unpacked to.");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
      start = end + 1;
    }
    return new EntryName(parts);
  }

  boolean isRoot() {
    return parts.isEmpty();
  }

  String last() {
    return isRoot() ? "" : parts.getLast();
  }

  EntryName parent() {
    return new EntryName(parts.subList(0, Math.max(0, parts.size() - 1)));
  }

  @Override
  public String toString() {
    return String.join("/", parts);
  }
}
