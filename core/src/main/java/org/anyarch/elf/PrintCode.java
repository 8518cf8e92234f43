package org.anyarch.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.anyarch.platform.Guest;

/// The system call that prints, in the machine code of those guests that are hosts of anyarch.
final class PrintCode {
  private PrintCode() {}

  /// write(1, address, length) in machine code of the same length for all addresses.
  static byte[] of(Guest guest, int address, int length) {
    int low = address & 0xffff;
    int high = address >>> 16;
    return switch (guest.qemu()) {
      // mov edi, 1; mov esi, address; mov edx, length; mov eax, 1; syscall
      case "x86_64" ->
          ByteBuffer.allocate(22)
              .order(ByteOrder.LITTLE_ENDIAN)
              .put((byte) 0xbf)
              .putInt(1)
              .put((byte) 0xbe)
              .putInt(address)
              .put((byte) 0xba)
              .putInt(length)
              .put((byte) 0xb8)
              .putInt(1)
              .putShort((short) 0x050f)
              .array();
      // mov ebx, 1; mov ecx, address; mov edx, length; mov eax, 4; int 0x80
      case "i386" ->
          ByteBuffer.allocate(22)
              .order(ByteOrder.LITTLE_ENDIAN)
              .put((byte) 0xbb)
              .putInt(1)
              .put((byte) 0xb9)
              .putInt(address)
              .put((byte) 0xba)
              .putInt(length)
              .put((byte) 0xb8)
              .putInt(4)
              .putShort((short) 0x80cd)
              .array();
      // movz x0, #1; movz x1, #low; movk x1, #high, lsl 16; movz x2, #length; movz x8, #64; svc #0
      case "aarch64" ->
          words(
              ByteOrder.LITTLE_ENDIAN,
              0xd2800020,
              0xd2800001 | low << 5,
              0xf2a00001 | high << 5,
              0xd2800002 | length << 5,
              0xd2800808,
              0xd4000001);
      // mov r0, #1; movw r1, #low; movt r1, #high; movw r2, #length; mov r7, #4; svc #0
      case "arm" ->
          words(
              ByteOrder.LITTLE_ENDIAN,
              0xe3a00001,
              0xe3001000 | (low & 0xf000) << 4 | (low & 0xfff),
              0xe3401000 | (high & 0xf000) << 4 | (high & 0xfff),
              0xe3002000 | length,
              0xe3a07004,
              0xef000000);
      // li r3, 1; lis r4, high; ori r4, r4, low; li r5, length; li r0, 4; sc
      case "ppc64le" ->
          words(
              ByteOrder.LITTLE_ENDIAN,
              0x38600001,
              0x3c800000 | high,
              0x60840000 | low,
              0x38a00000 | length,
              0x38000004,
              0x44000002);
      // li a0, 1; lui a1, address; addi a1, a1, address; li a2, length; li a7, 64; ecall
      case "riscv64" ->
          words(
              ByteOrder.LITTLE_ENDIAN,
              0x00100513,
              0x000005b7 | ((address + 0x800) & 0xfffff000),
              0x00058593 | address << 20,
              0x00000613 | length << 20,
              0x04000893,
              0x00000073);
      // lghi r2, 1; llilf r3, address; lghi r4, length; svc 4
      case "s390x" ->
          ByteBuffer.allocate(16)
              .putInt(0xa7290001)
              .putShort((short) 0xc03f)
              .putInt(address)
              .putShort((short) 0xa749)
              .putShort((short) length)
              .putShort((short) 0x0a04)
              .array();
      default -> throw new IllegalArgumentException("no probe prints on " + guest.qemu());
    };
  }

  static byte[] words(ByteOrder order, int... words) {
    ByteBuffer code = ByteBuffer.allocate(words.length * 4).order(order);
    for (int word : words) {
      code.putInt(word);
    }
    return code.array();
  }
}
