package org.anyarch.oci;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a file is besides its name and content.
///
/// @param mode permission bits with setuid, setgid and sticky
/// @param xattrs by name; the values are bytes, not text
record Metadata(int mode, Owner owner, Instant modified, SortedMap<String, byte[]> xattrs) {
  Metadata {
    mode &= 07777;
    xattrs =
        xattrs.isEmpty()
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(new TreeMap<>(xattrs));
  }

  static Metadata of(int mode, Owner owner, Instant modified) {
    return new Metadata(mode, owner, modified, Collections.emptySortedMap());
  }

  Metadata withoutXattrs() {
    return of(mode, owner, modified);
  }
}
