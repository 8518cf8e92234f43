package org.anyarch.platform;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/// A guest architecture of QEMU's user-mode emulation, with what each vocabulary calls it and how
/// its programs begin.
///
/// Magic and mask are those with which the field registers QEMU (qemu-binfmt-conf.sh): the first 20
/// bytes of an ELF header, of which version padding is matched, the OS ABI is not (or only its
/// upper bits), and ET_EXEC and ET_DYN both are. mips, mipsel and their n32 forms differ only in a
/// bit of e_flags, so theirs are 40 bytes.
///
/// @param qemu QEMU's name, as in qemu-aarch64
/// @param image the OCI platform, if images for it exist
/// @param uname what uname -m says in it
/// @param debian Debian's name of the architecture, or empty
/// @param triplet the GNU triplet of its C library, or empty
/// @param elfClass 1 for 32-bit, 2 for 64-bit files (EI_CLASS)
/// @param data 1 for little, 2 for big endian (EI_DATA)
/// @param machine e_machine
public record Guest(
    String qemu,
    Optional<Platform> image,
    String uname,
    String debian,
    String triplet,
    int elfClass,
    int data,
    int machine,
    Bytes magic,
    Bytes mask) {

  public static final int LITTLE_ENDIAN = 1;
  public static final int BIG_ENDIAN = 2;

  private static final List<Guest> ALL = GuestTable.guests();

  /// Every guest, the ones that images exist for first.
  public static List<Guest> all() {
    return ALL;
  }

  /// The guest that runs programs of this platform, whatever its variant.
  public static Optional<Guest> of(Platform platform) {
    return ALL.stream()
        .filter(
            g ->
                g.image.isPresent()
                    && g.image.get().os().equals(platform.os())
                    && g.image.get().architecture().equals(platform.architecture()))
        .findFirst();
  }

  /// The guest that any vocabulary calls so: `arm64`, `linux/arm64`, `aarch64`, `armhf`, `x86_64`,
  /// `ppc64el`…
  public static Optional<Guest> named(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    String bare = name.startsWith("linux/") ? name.substring("linux/".length()) : name;
    if (bare.isEmpty()) {
      return Optional.empty();
    }
    // uname -m says mips on both byte orders, so what tells them apart goes first.
    return first(g -> g.qemu.equals(bare))
        .or(() -> first(g -> g.image.filter(p -> p.toString().equals("linux/" + bare)).isPresent()))
        .or(() -> first(g -> g.debian.equals(bare) || g.triplet.equals(bare)))
        .or(() -> first(g -> g.uname.equals(bare)))
        .or(() -> alias(bare));
  }

  private static Optional<Guest> first(Predicate<Guest> wanted) {
    return ALL.stream().filter(wanted).findFirst();
  }

  private static Optional<Guest> alias(String bare) {
    String known =
        switch (bare) {
          case "x86-64", "x64", "amd64" -> "x86_64";
          case "x86", "386", "i486", "i586", "i686" -> "i386";
          case "armel", "arm", "armv5l", "armv6l", "armv7", "armv7l", "armv8l", "armhfp" -> "arm";
          case "arm64", "armv8" -> "aarch64";
          case "powerpc64le" -> "ppc64le";
          case "powerpc64" -> "ppc64";
          case "powerpc" -> "ppc";
          case "loongarch", "loong64" -> "loongarch64";
          default -> "";
        };
    return ALL.stream().filter(g -> g.qemu.equals(known)).findFirst();
  }

  /// Whether `host` is a machine of this very architecture.
  public boolean nativeOn(Platform host) {
    return image.filter(p -> p.architecture().equals(host.architecture())).isPresent();
  }

  /// Whether this is the 32-bit architecture that many 64-bit machines of `host` run by themselves.
  public boolean isNarrowSiblingOf(Platform host) {
    return switch (host.architecture()) {
      case "amd64" -> qemu.equals("i386");
      case "arm64" -> qemu.equals("arm");
      default -> false;
    };
  }

  /// The OCI platform, if images for it exist.
  public Optional<Platform> platform() {
    return image;
  }
}
