package org.anyarch.twins;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.anyarch.elf.ElfImage;
import org.anyarch.elf.Graft;
import org.anyarch.elf.Symbol;

/// Makes the C library's uname(2) say what an emulator makes the guest's say: the machine is the
/// guest's. Another function takes the place of its own, calls the kernel as that does, and writes
/// the name over the kernel's.
final class CLibrary {
  private static final String UNAME = "uname";
  private static final int EM_X86_64 = 62;

  /// `__NR_uname` of x86-64.
  private static final int CALL = 63;

  /// Of a field of `struct utsname` (`_UTSNAME_LENGTH`). The machine is the fifth.
  private static final int FIELD = 65;

  private static final int TEXT = 40;

  private CLibrary() {}

  /// @param library libc for this machine
  /// @param machine what uname(2) says in the guest
  static Optional<byte[]> of(byte[] library, String machine) {
    Optional<ElfImage> image = ElfImage.of(library).filter(i -> i.machine() == EM_X86_64);
    Optional<Graft> graft = Graft.of(library);
    if (image.isEmpty() || graft.isEmpty()) {
      return Optional.empty();
    }
    return Symbol.find(image.get(), UNAME)
        .map(
            uname -> {
              long address = graft.get().address();
              byte[] file =
                  graft.get().with(code(address, uname.value(), machine), Graft.READ_AND_EXECUTE);
              uname.moveTo(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN), address);
              return file;
            });
  }

  /// What fails is left to the library's own, which sets errno.
  private static byte[] code(long address, long uname, String machine) {
    ByteBuffer code = ByteBuffer.allocate(TEXT + FIELD).order(ByteOrder.LITTLE_ENDIAN);
    code.put((byte) 0xb8).putInt(CALL); // mov eax, CALL
    code.put(new byte[] {0x0f, 0x05}); // syscall
    code.put(new byte[] {(byte) 0x85, (byte) 0xc0}); // test eax, eax
    code.put(new byte[] {0x0f, (byte) 0x85}); // jne uname
    code.putInt((int) (uname - (address + code.position() + Integer.BYTES)));
    code.put(new byte[] {0x48, (byte) 0x8d, 0x35}); // lea rsi, [machine]
    code.putInt(TEXT - (code.position() + Integer.BYTES));
    code.put(new byte[] {0x48, (byte) 0x81, (byte) 0xc7}).putInt(4 * FIELD); // add rdi, 4 * FIELD
    code.put((byte) 0xb9).putInt(FIELD); // mov ecx, FIELD
    code.put(new byte[] {(byte) 0xf3, (byte) 0xa4}); // rep movsb
    code.put((byte) 0xc3); // ret
    return code.put(TEXT, machine.getBytes(StandardCharsets.US_ASCII)).array();
  }
}
