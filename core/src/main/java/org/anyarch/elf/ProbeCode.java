package org.anyarch.elf;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.util.Map.entry;

import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;

/// exit(status) in the machine code of each guest, with the ELF flags without which its kernel or
/// emulator takes the program for another ABI.
///
/// The code is text: instructions in hexadecimal as the architecture's manual writes them, each
/// stored whole in the `order` of instructions; `|s<<5` puts the status 5 bits from the right.
/// System call numbers are those of the ABI: 1 on the old ones, 93 on those that share the generic
/// table, 4001, 5058 and 6058 for the three of MIPS.
///
/// @param flags e_flags
/// @param order of the bytes in an instruction; not always that of the data
/// @param text the instructions
record ProbeCode(int flags, ByteOrder order, String text) {
  private static final Map<String, ProbeCode> CODES =
      Map.ofEntries(
          // mov edi, s; mov eax, 60; syscall
          little("x86_64", 0, "bf 00000000|s b8 0000003c 0f 05"),
          // mov ebx, s; mov eax, 1; int 0x80
          little("i386", 0, "bb 00000000|s b8 00000001 cd 80"),
          // mov x0, s; mov x8, 93; svc 0: instructions are little endian in both
          little("aarch64", 0, "d2800000|s<<5 d2800ba8 d4000001"),
          little("aarch64_be", 0, "d2800000|s<<5 d2800ba8 d4000001"),
          // mov r0, s; mov r7, 1; svc 0: EABI 5, and BE8, whose instructions are little endian
          little("arm", 0x05000000, "e3a00000|s e3a07001 ef000000"),
          little("armeb", 0x05800000, "e3a00000|s e3a07001 ef000000"),
          // li r3, s; li r0, 1; sc: ELFv2, in which the entry is code and no function descriptor
          little("ppc64le", 2, "38600000|s 38000001 44000002"),
          big("ppc64", 2, "38600000|s 38000001 44000002"),
          big("ppc", 0, "38600000|s 38000001 44000002"),
          // lghi r2, s; svc 1
          big("s390x", 0, "a7290000|s 0a01"),
          // li a0, s; li a7, 93; ecall
          little("riscv64", 0, "00000513|s<<20 05d00893 00000073"),
          little("riscv32", 0, "00000513|s<<20 05d00893 00000073"),
          // addi.w a0, zero, s; ori a7, zero, 93; syscall 0: object file ABI 1, double floats
          little("loongarch64", 0x43, "02800004|s<<10 0381740b 002b0000"),
          // li a0, s; li v0, 5058; syscall: n64, MIPS64
          little("mips64el", 0x60000000, "24040000|s 240213c2 0000000c"),
          big("mips64", 0x60000000, "24040000|s 240213c2 0000000c"),
          // li a0, s; li v0, 6058; syscall: n32, MIPS64
          little("mipsn32el", 0x60000020, "24040000|s 240217aa 0000000c"),
          big("mipsn32", 0x60000020, "24040000|s 240217aa 0000000c"),
          // li a0, s; li v0, 4001; syscall: o32, MIPS32
          little("mipsel", 0x50001000, "24040000|s 24020fa1 0000000c"),
          big("mips", 0x50001000, "24040000|s 24020fa1 0000000c"),
          // mov s, %o0; mov 1, %g1; ta 0x10, or 0x6d in a 64-bit program
          big("sparc", 0, "90102000|s 82102001 91d02010"),
          big("sparc32plus", 0x100, "90102000|s 82102001 91d02010"),
          big("sparc64", 0, "90102000|s 82102001 91d0206d"),
          // lda a0, s; lda v0, 1; callsys
          little("alpha", 0, "221f0000|s 201f0001 00000083"),
          // moveq #s, d1; moveq #1, d0; trap #0
          big("m68k", 0, "7200|s 7001 4e40"),
          // mov #s, r4; mov #1, r3; trapa #17, which is 16 and the number of arguments: SH-4
          little("sh4", 9, "e400|s e301 c311"),
          big("sh4eb", 9, "e400|s e301 c311"),
          // ldi s, r26; ble 0x100(sr2, r0), the gateway page; ldi 1, r20 in its delay slot: PA 1.1
          big("hppa", 0x210, "341a0000|s<<1 e4008200 34140002"),
          // { r0 = #s } { r6 = #93 } { trap0(#1) }: v67
          little("hexagon", 0x67, "7800c000|s<<5 7800cba6 5400c004"),
          // movi a6, s; movi a2, 118; syscall: big endian ones have their fields in reverse
          little("xtensa", 0, "00a062|s<<16 76a022 005000"),
          big("xtensaeb", 0, "260a00|s 220a76 000500"),
          // addik r5, r0, s; addik r12, r0, 1; brki r14, 8
          big("microblaze", 0, "30a00000|s 31800001 b9cc0008"),
          little("microblazeel", 0, "30a00000|s 31800001 b9cc0008"),
          // l.addi r3, r0, s; l.addi r11, r0, 93; l.sys 1
          big("or1k", 0, "9c600000|s 9d60005d 20000001"),
          // move.d s, r10; moveq 1, r9; break 13: CRIS v32
          little("cris", 2, "ae6f 00000000|s 9241 e93d"));

  private static Map.Entry<String, ProbeCode> little(String guest, int flags, String text) {
    return entry(guest, new ProbeCode(flags, LITTLE_ENDIAN, text));
  }

  private static Map.Entry<String, ProbeCode> big(String guest, int flags, String text) {
    return entry(guest, new ProbeCode(flags, BIG_ENDIAN, text));
  }

  /// By QEMU's name of the guest.
  static Optional<ProbeCode> of(String guest) {
    return Optional.ofNullable(CODES.get(guest));
  }

  byte[] with(int status) {
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    for (String instruction : text.split(" ", -1)) {
      String[] parts = instruction.split("\\|s(<<)?", -1);
      long value = Long.parseLong(parts[0], 16);
      if (parts.length > 1) {
        value |= (long) status << (parts[1].isEmpty() ? 0 : Integer.parseInt(parts[1]));
      }
      int size = parts[0].length() / 2;
      for (int i = 0; i < size; i++) {
        code.write((int) (value >> (8 * (order == LITTLE_ENDIAN ? i : size - 1 - i))));
      }
    }
    return code.toByteArray();
  }
}
