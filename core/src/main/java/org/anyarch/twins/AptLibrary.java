package org.anyarch.twins;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.anyarch.elf.ElfImage;
import org.anyarch.elf.Graft;
import org.anyarch.elf.Symbol;

/// Makes apt's library do what the guest's does: two of its functions are led to others that go on
/// with them.
///
/// Where apt sets the first of its settings, `APT::Architecture` has the guest's name already, and
/// is left as it is. So files of settings, options and APT_CONFIG do what they do in the guest,
/// which an option could not give: it would also stand in apt's log.
///
/// The header of apt's cache, a picture of memory, has bytes between its fields that nobody sets.
/// An emulator leaves zeros there, since its guests' addresses are small.
final class AptLibrary {
  private static final String SETTINGS = "_Z13pkgInitConfigR13Configuration";

  /// `Configuration::CndSet(char const *, std::string const &)`: sets what has no value yet.
  private static final String SET =
      "_ZN13Configuration6CndSetEPKcRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE";

  /// The same since apt 3.0, with a `std::string_view const &`.
  private static final String SET_VIEW =
      "_ZN13Configuration6CndSetEPKcRKSt17basic_string_viewIcSt11char_traitsIcEE";

  /// The constructor of `pkgCache::Header`.
  private static final String HEADER = "_ZN8pkgCache6HeaderC1Ev";

  private static final String SETTING = "APT::Architecture";
  private static final int EM_X86_64 = 62;

  /// Where in the segment the second function begins, and the texts.
  private static final int SECOND = 64;

  private static final int TEXTS = 96;

  private AptLibrary() {}

  /// @param library libapt-pkg for this machine
  /// @param own this machine's Debian architecture
  /// @param guest that of the guest
  static Optional<byte[]> of(byte[] library, String own, String guest) {
    Optional<ElfImage> image = ElfImage.of(library).filter(i -> i.machine() == EM_X86_64);
    Optional<Graft> graft = Graft.of(library);
    if (image.isEmpty() || graft.isEmpty()) {
      return Optional.empty();
    }
    Optional<Symbol> settings = Symbol.find(image.get(), SETTINGS);
    Optional<Symbol> view = Symbol.find(image.get(), SET_VIEW);
    Optional<Symbol> set = view.or(() -> Symbol.find(image.get(), SET));
    Optional<Symbol> header = Symbol.find(image.get(), HEADER);
    if (settings.isEmpty()
        || set.isEmpty()
        || header.isEmpty()
        || !References.of(image.get())
            .codeHasOnlyWithin(own, settings.get().value(), settings.get().size())) {
      return Optional.empty();
    }
    long address = graft.get().address();
    byte[] texts = (SETTING + "\0" + guest + "\0").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer code = ByteBuffer.allocate(TEXTS + texts.length).order(ByteOrder.LITTLE_ENDIAN);
    // A view is a length and a pointer; a string is a pointer, a length, and 16 bytes that only
    // short
    // ones of their own use.
    int pointer = view.isPresent() ? Long.BYTES : 0;
    putString(code, pointer, Long.BYTES - pointer, guest.length());
    putSetting(code, address, set.get().value(), settings.get().value());
    putBlank(code.position(SECOND), address, header.get().value());
    code.put(TEXTS, texts);
    byte[] file = graft.get().with(code.array(), Graft.READ_AND_EXECUTE);
    ByteBuffer words = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    settings.get().moveTo(words, address);
    header.get().moveTo(words, address + SECOND);
    return Optional.of(file);
  }

  /// Keeps the argument of the caller, and puts the guest's name on the stack.
  private static void putString(ByteBuffer code, int pointer, int length, int value) {
    code.put((byte) 0x57); // push rdi
    code.put(new byte[] {0x48, (byte) 0x83, (byte) 0xec, 0x20}); // sub rsp, 32
    code.put(new byte[] {0x48, (byte) 0x8d, 0x05}); // lea rax, [guest]
    putRelative(code, 0, TEXTS + SETTING.length() + 1L);
    code.put(
        new byte[] {0x48, (byte) 0x89, 0x44, 0x24, (byte) pointer}); // mov [rsp + pointer], rax
    code.put(new byte[] {0x48, (byte) 0xc7, 0x44, 0x24, (byte) length})
        .putInt(value); // mov [rsp + length], value
  }

  /// Calls `set` with the setting, and goes on with `settings`, to which its own argument is that
  /// of its caller.
  private static void putSetting(ByteBuffer code, long address, long set, long settings) {
    code.put(new byte[] {0x48, (byte) 0x8d, 0x35}); // lea rsi, [setting]
    putRelative(code, 0, TEXTS);
    code.put(new byte[] {0x48, (byte) 0x89, (byte) 0xe2}); // mov rdx, rsp
    code.put((byte) 0xe8); // call set
    putRelative(code, address, set);
    code.put(new byte[] {0x48, (byte) 0x83, (byte) 0xc4, 0x20}); // add rsp, 32
    code.put((byte) 0x5f); // pop rdi
    code.put((byte) 0xe9); // jmp settings
    putRelative(code, address, settings);
  }

  /// Clears the first 24 bytes of a header, which are all that has gaps, and goes on with `header`.
  private static void putBlank(ByteBuffer code, long address, long header) {
    code.put(new byte[] {0x31, (byte) 0xc0}); // xor eax, eax
    code.put(new byte[] {0x48, (byte) 0x89, 0x07}); // mov [rdi], rax
    code.put(new byte[] {0x48, (byte) 0x89, 0x47, 0x08}); // mov [rdi + 8], rax
    code.put(new byte[] {0x48, (byte) 0x89, 0x47, 0x10}); // mov [rdi + 16], rax
    code.put((byte) 0xe9); // jmp header
    putRelative(code, address, header);
  }

  /// @param base the address of the code's first byte, where the target is an address
  private static void putRelative(ByteBuffer code, long base, long target) {
    code.putInt((int) (target - (base + code.position() + Integer.BYTES)));
  }
}
