package org.anyarch.twins;

import java.util.List;
import java.util.Set;
import org.anyarch.platform.Guest;

/// What there is to know of perl, whose twin interprets those scripts of packages that a profile
/// names. It reads the guest's own modules, and loads the twins of those that are native (XS) where
/// it would load the guest's: a library that is preloaded leads it there (`modules.c`). So every
/// one that a package has must have a twin, and there must be no others.
final class Perl {
  /// The guests whose errors, signals and limits have the numbers that they have here, as the
  /// guest's own Errno.pm and Config.pm have them: those of the kernel's `asm-generic`.
  private static final Set<String> SAME_NUMBERS = Set.of("aarch64", "riscv64", "loongarch64");

  private Perl() {}

  static boolean canServe(Guest guest) {
    return SAME_NUMBERS.contains(guest.uname());
  }

  /// Where modules are that no package brought. The twin does not serve where there are any.
  static List<String> folders(Guest own, Guest guest) {
    return List.of(local(own), local(guest), "/usr/local/share/perl", "/usr/local/lib/site_perl");
  }

  /// The begin of a path of which perl only looks whether it is there, which [#folders] rules out.
  static String local(Guest guest) {
    return "/usr/local/lib/" + guest.triplet() + "/perl";
  }

  static boolean isModule(String path, Guest guest) {
    return path.startsWith(modules(guest));
  }

  /// The path that a module of `guest` has in the same package for `own`.
  static String moduleFor(Guest own, Guest guest, String path) {
    return modules(own) + path.substring(modules(guest).length());
  }

  private static String modules(Guest guest) {
    return "/usr/lib/" + guest.triplet() + "/perl";
  }
}
