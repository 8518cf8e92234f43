package org.anyarch.session;

import java.util.List;

/// A user as the kernel knows it.
///
/// @param home the home folder of its passwd entry, or `/`
public record Account(int uid, int gid, List<Integer> supplementary, String home) {
  public static final Account ROOT = new Account(0, 0, List.of(), "/root");

  public Account {
    supplementary = List.copyOf(supplementary);
  }
}
