package org.anyarch.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.anyarch.platform.Guest;

/// The system calls that print a file, in the machine code of those guests whose emulators have
/// files of their own for them.
final class SendCode {
  private SendCode() {}

  /// sendfile(1, openat(AT_FDCWD, address, 0), 0, 65536) in machine code of the same length for all
  /// addresses.
  static Optional<byte[]> of(Guest guest, int address) {
    int low = address & 0xffff;
    int high = address >>> 16;
    return switch (guest.qemu()) {
      // movn x0, #99; movz x1, #low; movk x1, #high, lsl 16; movz x2, #0; movz x8, #56; svc #0
      // mov x1, x0; movz x0, #1; movz x2, #0; movz x3, #1, lsl 16; movz x8, #71; svc #0
      case "aarch64" ->
          words(
              0x92800c60,
              0xd2800001 | low << 5,
              0xf2a00001 | high << 5,
              0xd2800002,
              0xd2800708,
              0xd4000001,
              0xaa0003e1,
              0xd2800020,
              0xd2800002,
              0xd2a00023,
              0xd28008e8,
              0xd4000001);
      // mvn r0, #99; movw r1, #low; movt r1, #high; mov r2, #0; movw r7, #322; svc #0
      // mov r1, r0; mov r0, #1; mov r2, #0; mov r3, #65536; mov r7, #187; svc #0
      case "arm" ->
          words(
              0xe3e00063,
              0xe3001000 | (low & 0xf000) << 4 | (low & 0xfff),
              0xe3401000 | (high & 0xf000) << 4 | (high & 0xfff),
              0xe3a02000,
              0xe3007142,
              0xef000000,
              0xe1a01000,
              0xe3a00001,
              0xe3a02000,
              0xe3a03801,
              0xe3a070bb,
              0xef000000);
      // li a0, -100; lui a1, address; addi a1, a1, address; li a2, 0; li a7, 56; ecall
      // mv a1, a0; li a0, 1; li a2, 0; lui a3, 16; li a7, 71; ecall
      case "riscv64" ->
          words(
              0xf9c00513,
              0x000005b7 | ((address + 0x800) & 0xfffff000),
              0x00058593 | address << 20,
              0x00000613,
              0x03800893,
              0x00000073,
              0x00050593,
              0x00100513,
              0x00000613,
              0x000106b7,
              0x04700893,
              0x00000073);
      // lghi r2, -100; llilf r3, address; lghi r4, 0; lghi r1, 288; svc 0
      // lgr r3, r2; lghi r2, 1; lghi r4, 0; llilf r5, 65536; svc 187
      case "s390x" ->
          Optional.of(
              ByteBuffer.allocate(40)
                  .putInt(0xa729ff9c)
                  .putShort((short) 0xc03f)
                  .putInt(address)
                  .putInt(0xa7490000)
                  .putInt(0xa7190120)
                  .putShort((short) 0x0a00)
                  .putInt(0xb9040032)
                  .putInt(0xa7290001)
                  .putInt(0xa7490000)
                  .putShort((short) 0xc05f)
                  .putInt(0x10000)
                  .putShort((short) 0x0abb)
                  .array());
      default -> Optional.empty();
    };
  }

  private static Optional<byte[]> words(int... words) {
    return Optional.of(PrintCode.words(ByteOrder.LITTLE_ENDIAN, words));
  }
}
