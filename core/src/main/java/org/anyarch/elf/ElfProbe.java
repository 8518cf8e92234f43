package org.anyarch.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.anyarch.platform.Guest;

/// Makes programs of about a hundred bytes that do nothing but exit with a given status: what can
/// run one of them can run programs of that guest.
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
    byte[] code =
        code(guest, status)
            .orElseThrow(() -> new IllegalArgumentException("no probe for " + guest.qemu()));
    boolean wide = guest.elfClass() == 2;
    int header = wide ? 64 : 52;
    int program = wide ? 56 : 32;
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
