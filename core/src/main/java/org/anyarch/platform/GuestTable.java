package org.anyarch.platform;

import java.util.List;
import java.util.Optional;

/// The table behind [Guest]. Machine numbers are those of the ELF specification and
/// <linux/elf-em.h>.
final class GuestTable {
  private static final String ANY_ABI = "00";
  private static final String LOW_ABIS = "fc";

  private GuestTable() {}

  static List<Guest> guests() {
    return List.of(
        x86("x86_64", "amd64", "", "x86_64", "amd64", "x86_64-linux-gnu", 2, 0x3e),
        x86("i386", "386", "", "i686", "i386", "i386-linux-gnu", 1, 0x03),
        guest("aarch64", "arm64", "", "aarch64", "arm64", "aarch64-linux-gnu", 2, 1, 0xb7, ANY_ABI),
        guest("arm", "arm", "v7", "armv7l", "armhf", "arm-linux-gnueabihf", 1, 1, 0x28, ANY_ABI),
        ppc64le(),
        guest("s390x", "s390x", "", "s390x", "s390x", "s390x-linux-gnu", 2, 2, 0x16, LOW_ABIS),
        guest(
            "riscv64",
            "riscv64",
            "",
            "riscv64",
            "riscv64",
            "riscv64-linux-gnu",
            2,
            1,
            0xf3,
            ANY_ABI),
        loong64(),
        mips64("mips64el", "mips64le", "mips64el", 1),
        mips64("mips64", "mips64", "", 2),
        mips("mipsel", "mipsle", "mipsel", "mipsel-linux-gnu", 1, false),
        mips("mips", "mips", "mips", "mips-linux-gnu", 2, false),
        guest("ppc64", "ppc64", "", "ppc64", "ppc64", "powerpc64-linux-gnu", 2, 2, 0x15, LOW_ABIS),
        guest("ppc", "ppc", "", "ppc", "powerpc", "powerpc-linux-gnu", 1, 2, 0x14, LOW_ABIS),
        guest(
            "sparc64",
            "sparc64",
            "",
            "sparc64",
            "sparc64",
            "sparc64-linux-gnu",
            2,
            2,
            0x2b,
            LOW_ABIS),
        guest("riscv32", "riscv", "", "riscv32", "", "riscv32-linux-gnu", 1, 1, 0xf3, ANY_ABI),
        guest("armeb", "armbe", "", "armv7b", "", "armeb-linux-gnueabi", 1, 2, 0x28, ANY_ABI),
        guest(
            "aarch64_be",
            "arm64be",
            "",
            "aarch64_be",
            "",
            "aarch64_be-linux-gnu",
            2,
            2,
            0xb7,
            ANY_ABI),
        mips("mipsn32el", "mips64p32le", "", "mips64el-linux-gnuabin32", 1, true),
        mips("mipsn32", "mips64p32", "", "mips64-linux-gnuabin32", 2, true),
        guest("sparc", "sparc", "", "sparc", "sparc", "sparc-linux-gnu", 1, 2, 0x02, LOW_ABIS),
        noImage("sparc32plus", "sparc", "", "sparc-linux-gnu", 1, 2, 0x12, LOW_ABIS),
        noImage("alpha", "alpha", "alpha", "alpha-linux-gnu", 2, 1, 0x9026, ANY_ABI),
        noImage("m68k", "m68k", "m68k", "m68k-linux-gnu", 1, 2, 0x04, ANY_ABI),
        noImage("sh4", "sh4", "sh4", "sh4-linux-gnu", 1, 1, 0x2a, LOW_ABIS),
        noImage("sh4eb", "sh4eb", "", "sh4eb-linux-gnu", 1, 2, 0x2a, LOW_ABIS),
        noImage("hppa", "parisc", "hppa", "hppa-linux-gnu", 1, 2, 0x0f, ANY_ABI),
        noImage("hexagon", "hexagon", "", "hexagon-unknown-linux-musl", 1, 1, 0xa4, ANY_ABI),
        noImage("xtensa", "xtensa", "", "xtensa-linux-gnu", 1, 1, 0x5e, ANY_ABI),
        noImage("xtensaeb", "xtensaeb", "", "xtensaeb-linux-gnu", 1, 2, 0x5e, ANY_ABI),
        noImage("microblaze", "microblaze", "", "microblaze-linux-gnu", 1, 2, 0xbaab, ANY_ABI),
        noImage(
            "microblazeel", "microblazeel", "", "microblazeel-linux-gnu", 1, 1, 0xbaab, ANY_ABI),
        noImage("or1k", "openrisc", "", "or1k-linux-gnu", 1, 2, 0x5c, ANY_ABI),
        noImage("cris", "cris", "", "cris-linux-gnu", 1, 1, 0x4c, ANY_ABI));
  }

  private static Guest guest(
      String qemu,
      String architecture,
      String variant,
      String uname,
      String debian,
      String triplet,
      int elfClass,
      int data,
      int machine,
      String abi) {
    return make(
        qemu,
        Optional.of(new Platform("linux", architecture, variant)),
        uname,
        debian,
        triplet,
        elfClass,
        data,
        machine,
        abi,
        "ff",
        "ffff");
  }

  private static Guest noImage(
      String qemu,
      String uname,
      String debian,
      String triplet,
      int elfClass,
      int data,
      int machine,
      String abi) {
    return make(
        qemu, Optional.empty(), uname, debian, triplet, elfClass, data, machine, abi, "ff", "ffff");
  }

  /// The upper byte of e_machine is not matched.
  private static Guest ppc64le() {
    return make(
        "ppc64le",
        Optional.of(new Platform("linux", "ppc64le", "")),
        "ppc64le",
        "ppc64el",
        "powerpc64le-linux-gnu",
        2,
        1,
        0x15,
        LOW_ABIS,
        "ff",
        "ff00");
  }

  /// The ABI version is not matched at all.
  private static Guest loong64() {
    return make(
        "loongarch64",
        Optional.of(new Platform("linux", "loong64", "")),
        "loongarch64",
        "loong64",
        "loongarch64-linux-gnu",
        2,
        1,
        0x102,
        LOW_ABIS,
        "00",
        "ffff");
  }

  /// The ABI version's lowest bit is not matched.
  private static Guest mips64(String qemu, String architecture, String debian, int data) {
    String triplet = qemu + "-linux-gnuabi64";
    return make(
        qemu,
        Optional.of(new Platform("linux", architecture, "")),
        "mips64",
        debian,
        triplet,
        2,
        data,
        0x08,
        ANY_ABI,
        "fe",
        "ffff");
  }

  /// x86's class and version bytes are matched leniently, as the kernel itself reads them.
  private static Guest x86(
      String qemu,
      String architecture,
      String variant,
      String uname,
      String debian,
      String triplet,
      int elfClass,
      int machine) {
    Bytes magic =
        Bytes.ofHex(
            "7f454c46" + hex(elfClass) + "0101" + "00".repeat(9) + "0200" + machine(machine, 1));
    String mask = "fffffffffffefe00" + "ff".repeat(8) + "feff" + "ffff";
    return new Guest(
        qemu,
        Optional.of(new Platform("linux", architecture, variant)),
        uname,
        debian,
        triplet,
        elfClass,
        1,
        machine,
        magic,
        Bytes.ofHex(mask));
  }

  private static Guest mips(
      String qemu, String architecture, String debian, String triplet, int data, boolean n32) {
    // e_version, e_entry, e_phoff and e_shoff are passed over; of e_flags only EF_MIPS_ABI2 counts.
    String flags = n32 ? "20" : "00";
    String word = data == 1 ? flags + "000000" : "000000" + flags;
    String wordMask = data == 1 ? "20000000" : "00000020";
    Guest short20 =
        make(
            qemu,
            Optional.of(new Platform("linux", architecture, "")),
            n32 ? "mips64" : "mips",
            debian,
            triplet,
            1,
            data,
            0x08,
            ANY_ABI,
            "fe",
            "ffff");
    return new Guest(
        qemu,
        short20.image(),
        short20.uname(),
        debian,
        triplet,
        1,
        data,
        0x08,
        Bytes.ofHex(short20.magic() + "00".repeat(16) + word),
        Bytes.ofHex(short20.mask() + "00".repeat(16) + wordMask));
  }

  private static Guest make(
      String qemu,
      Optional<Platform> image,
      String uname,
      String debian,
      String triplet,
      int elfClass,
      int data,
      int machine,
      String abi,
      String abiVersion,
      String machineMask) {
    String type = data == 1 ? "0200" : "0002";
    String typeMask = data == 1 ? "feff" : "fffe";
    Bytes magic =
        Bytes.ofHex(
            "7f454c46"
                + hex(elfClass)
                + hex(data)
                + "01"
                + "00".repeat(9)
                + type
                + machine(machine, data));
    Bytes mask =
        Bytes.ofHex("ffffffffffffff" + abi + abiVersion + "ff".repeat(7) + typeMask + machineMask);
    return new Guest(qemu, image, uname, debian, triplet, elfClass, data, machine, magic, mask);
  }

  private static String hex(int value) {
    return "%02x".formatted(value);
  }

  private static String machine(int machine, int data) {
    return data == 1
        ? hex(machine & 0xff) + hex(machine >> 8)
        : hex(machine >> 8) + hex(machine & 0xff);
  }
}
