package org.anyarch.host;

import org.anyarch.binfmt.Rule;
import org.anyarch.platform.Guest;

/// One thing that an install would do, or leave, for a guest.
public sealed interface Action {
  Guest guest();

  /// What is done and why, for people.
  String sentence();

  /// The machine runs this guest's programs by itself.
  record Native(Guest guest) implements Action {
    @Override
    public String sentence() {
      return "this machine runs " + guest.qemu() + " by itself";
    }
  }

  /// An entry stays as it is.
  record Keep(Guest guest, String name, String sentence) implements Action {}

  record Register(Guest guest, Rule rule, String sentence) implements Action {}

  /// An entry gives way to the rule of its name.
  record Replace(Guest guest, Rule rule, String sentence) implements Action {}

  /// Nothing is done, and the guest cannot be promised.
  record Refuse(Guest guest, String sentence) implements Action {}
}
