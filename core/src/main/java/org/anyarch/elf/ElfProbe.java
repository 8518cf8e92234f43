package org.anyarch.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.anyarch.platform.Guest;

/// Makes programs of about a hundred bytes that do nothing but exit with a given status, or print a
/// text: what can run one of them can run programs of that guest.
public final class ElfProbe {
  private static final int PAGE = 0x10000;
  private static final int BASE = 0x10000000;

  private ElfProbe() {}

  /// Whether [#exiting] knows the guest's instructions.
  public static boolean supports(Guest guest) {
    return code(guest, 0).isPresent();
  }

  /// A static executable for the guest.
  ///
  /// @param status 0 to 127
  /// @throws IllegalArgumentException if the guest is not supported
  public static byte[] exiting(Guest guest, int status) {
    return file(guest, known(guest, code(guest, status)));
  }

  /// A static executable for the guest that prints a text and exits with status 0.
  ///
  /// @param text at most 1000 bytes of ASCII
  /// @throws IllegalArgumentException if the guest is not supported
  public static byte[] printing(Guest guest, String text) {
    byte[] end = known(guest, code(guest, 0));
    byte[] said = text.getBytes(StandardCharsets.US_ASCII);
    // As long as with the right address.
    int before = known(guest, printing(guest, 0, 0)).length + end.length;
    int address = BASE + headers(guest) + before;
    return file(
        guest,
        ByteBuffer.allocate(before + said.length)
            .put(known(guest, printing(guest, address, said.length)))
            .put(end)
            .put(said)
            .array());
  }

  private static byte[] known(Guest guest, Optional<byte[]> code) {
    return code.orElseThrow(() -> new IllegalArgumentException("no probe for " + guest.qemu()));
  }

  private static int headers(Guest guest) {
    return guest.elfClass() == 2 ? 64 + 56 : 52 + 32;
  }

  private static byte[] file(Guest guest, byte[] code) {
    boolean wide = guest.elfClass() == 2;
    int header = wide ? 64 : 52;
    int program = headers(guest) - header;
    int size = header + program + code.length;
    ByteBuffer file =
        ByteBuffer.allocate(size)
            .order(
                guest.data() == Guest.LITTLE_ENDIAN
                    ? ByteOrder.LITTLE_ENDIAN
                    : ByteOrder.BIG_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) guest.elfClass(), (byte) guest.data(), 1});
    file.position(16);
    file.putShort((short) 2).putShort((short) guest.machine()).putInt(1);
    word(file, wide, BASE + header + program);
    word(file, wide, header);
    word(file, wide, 0);
    file.putInt(flags(guest))
        .putShort((short) header)
        .putShort((short) program)
        .putShort((short) 1);
    file.position(header);
    // PT_LOAD of the whole file, readable and executable; 64-bit headers have the flags in another
    // place.
    file.putInt(1);
    if (wide) {
      file.putInt(5);
    }
    word(file, wide, 0);
    word(file, wide, BASE);
    word(file, wide, BASE);
    word(file, wide, size);
    word(file, wide, size);
    if (!wide) {
      file.putInt(5);
    }
    word(file, wide, PAGE);
    file.put(code);
    return file.array();
  }

  private static void word(ByteBuffer file, boolean wide, int value) {
    if (wide) {
      file.putLong(value);
    } else {
      file.putInt(value);
    }
  }

  /// e_flags that a kernel or emulator insists on: EABI 5 for arm, ELFv2 for ppc64le.
  private static int flags(Guest guest) {
    return switch (guest.qemu()) {
      case "arm" -> 0x05000000;
      case "ppc64le" -> 2;
      default -> 0;
    };
  }

  /// exit(status) in machine code.
  private static Optional<byte[]> code(Guest guest, int status) {
    byte s = (byte) status;
    return switch (guest.qemu()) {
      // mov edi, status; mov eax, 60; syscall
      case "x86_64" -> bytes(0xbf, s, 0, 0, 0, 0xb8, 60, 0, 0, 0, 0x0f, 0x05);
      // mov ebx, status; mov eax, 1; int 0x80
      case "i386" -> bytes(0xbb, s, 0, 0, 0, 0xb8, 1, 0, 0, 0, 0xcd, 0x80);
      // movz x0, #status; movz x8, #93; svc #0
      case "aarch64" -> words(ByteOrder.LITTLE_ENDIAN, 0xd2800000 | s << 5, 0xd2800ba8, 0xd4000001);
      // mov r0, #status; mov r7, #1; svc #0
      case "arm" -> words(ByteOrder.LITTLE_ENDIAN, 0xe3a00000 | s, 0xe3a07001, 0xef000000);
      // li r3, status; li r0, 1; sc
      case "ppc64le" -> words(ByteOrder.LITTLE_ENDIAN, 0x38600000 | s, 0x38000001, 0x44000002);
      // addi a0, zero, status; addi a7, zero, 93; ecall
      case "riscv64" ->
          words(ByteOrder.LITTLE_ENDIAN, 0x00000513 | s << 20, 0x05d00893, 0x00000073);
      // lghi r2, status; svc 1
      case "s390x" -> bytes(0xa7, 0x29, 0, s, 0x0a, 0x01);
      default -> Optional.empty();
    };
  }

  /// write(1, address, length) in machine code of the same length for all addresses.
  private static Optional<byte[]> printing(Guest guest, int address, int length) {
    int low = address & 0xffff;
    int high = address >>> 16;
    return switch (guest.qemu()) {
      // mov edi, 1; mov esi, address; mov edx, length; mov eax, 1; syscall
      case "x86_64" ->
          Optional.of(
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
                  .array());
      // mov ebx, 1; mov ecx, address; mov edx, length; mov eax, 4; int 0x80
      case "i386" ->
          Optional.of(
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
                  .array());
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
          Optional.of(
              ByteBuffer.allocate(16)
                  .putInt(0xa7290001)
                  .putShort((short) 0xc03f)
                  .putInt(address)
                  .putShort((short) 0xa749)
                  .putShort((short) length)
                  .putShort((short) 0x0a04)
                  .array());
      default -> Optional.empty();
    };
  }

  private static Optional<byte[]> bytes(int... values) {
    byte[] code = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      code[i] = (byte) values[i];
    }
    return Optional.of(code);
  }

  private static Optional<byte[]> words(ByteOrder order, int... words) {
    ByteBuffer code = ByteBuffer.allocate(words.length * 4).order(order);
    for (int word : words) {
      code.putInt(word);
    }
    return Optional.of(code.array());
  }
}
