package org.anyarch.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.anyarch.platform.Guest;

/// Makes programs of about a hundred bytes that do nothing but exit with a given status, or print a
/// text: what can run one of them can run programs of that guest.
public final class ElfProbe {
  /// The largest page of any guest's kernel.
  private static final int PAGE = 0x10000;

  private static final int BASE = 0x10000000;

  private ElfProbe() {}

  /// Whether [#exiting] knows the guest's instructions.
  public static boolean supports(Guest guest) {
    return ProbeCode.of(guest.qemu()).isPresent();
  }

  /// A static executable for the guest.
  ///
  /// @param status 0 to 127
  /// @throws IllegalArgumentException if the guest is not supported or the status out of range
  public static byte[] exiting(Guest guest, int status) {
    if (status < 0 || status > 127) {
      throw new IllegalArgumentException("no probe exits with " + status);
    }
    ProbeCode exit = known(guest);
    return file(guest, exit.flags(), exit.with(status));
  }

  /// A static executable that prints a text and exits with status 0, for guests that are hosts of
  /// anyarch.
  ///
  /// @param text at most 1000 bytes of ASCII
  /// @throws IllegalArgumentException if the guest is not supported
  public static byte[] printing(Guest guest, String text) {
    ProbeCode exit = known(guest);
    byte[] end = exit.with(0);
    byte[] said = text.getBytes(StandardCharsets.US_ASCII);
    // As long as with the right address.
    int before = PrintCode.of(guest, 0, 0).length + end.length;
    int address = address(guest, before);
    return file(
        guest,
        exit.flags(),
        ByteBuffer.allocate(before + said.length)
            .put(PrintCode.of(guest, address, said.length))
            .put(end)
            .put(said)
            .array());
  }

  /// A static executable that prints the first 64 KB of a file and exits with status 0, for guests
  /// whose emulators are known to have files of their own for them.
  ///
  /// @param path in ASCII
  public static Optional<byte[]> showing(Guest guest, String path) {
    return SendCode.of(guest, 0)
        .map(
            code -> {
              ProbeCode exit = known(guest);
              byte[] end = exit.with(0);
              int before = code.length + end.length;
              return file(
                  guest,
                  exit.flags(),
                  ByteBuffer.allocate(before + path.length() + 1)
                      .put(SendCode.of(guest, address(guest, before)).orElseThrow())
                      .put(end)
                      .put(path.getBytes(StandardCharsets.US_ASCII))
                      .array());
            });
  }

  /// Where the byte is mapped that is so far behind the begin of the code.
  private static int address(Guest guest, int behind) {
    return BASE + (guest.elfClass() == 2 ? 64 + 56 : 52 + 32) + behind;
  }

  private static ProbeCode known(Guest guest) {
    return ProbeCode.of(guest.qemu())
        .orElseThrow(() -> new IllegalArgumentException("no probe for " + guest.qemu()));
  }

  private static byte[] file(Guest guest, int flags, byte[] code) {
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
    file.putInt(flags).putShort((short) header).putShort((short) program).putShort((short) 1);
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
}
