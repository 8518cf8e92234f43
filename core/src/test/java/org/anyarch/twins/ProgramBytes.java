package org.anyarch.twins;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/// Makes a small position-independent ELF file of 64 bit whose texts are named in chosen ways. Four
/// pages, mapped at [#BASE]: headers and tables, code, texts, data.
final class ProgramBytes {
  static final long BASE = 0x10000;

  private static final int PAGE = 0x1000;
  private static final int RELA = 0x400;
  private static final int RELR = 0x800;
  private static final int DYNAMIC = 0xa00;
  private static final int SYMBOLS = 0xb00;
  private static final int STRINGS = 0xc00;
  private static final int CODE = PAGE;
  private static final int TEXTS = 2 * PAGE;
  private static final int DATA = 3 * PAGE;

  private final ByteBuffer bytes = ByteBuffer.allocate(4 * PAGE).order(ByteOrder.LITTLE_ENDIAN);
  private final Map<String, Integer> texts = new LinkedHashMap<>();
  private int text = TEXTS + 1;
  private int code = CODE;
  private int rela = RELA;
  private int relr = RELR;
  private int data = DATA;
  private int symbol = SYMBOLS + 24;
  private int string = STRINGS + 1;

  ProgramBytes() {
    this(62);
  }

  ProgramBytes(int machine) {
    bytes.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1);
    bytes.putShort(16, (short) 3).putShort(18, (short) machine).putLong(32, 64);
    bytes.putShort(54, (short) 56).putShort(56, (short) 6);
    header(0, 1, 4, 0, PAGE);
    header(1, 1, 5, CODE, PAGE);
    header(2, 1, 4, TEXTS, PAGE);
    header(3, 1, 6, DATA, PAGE);
    header(5, 2, 6, DYNAMIC, 0x100);
    header(4, 4, 4, 0x300, 32);
  }

  private void header(int number, int type, int flags, int offset, int size) {
    int at = 64 + number * 56;
    bytes.putInt(at, type).putInt(at + 4, flags).putLong(at + 8, offset);
    bytes.putLong(at + 16, BASE + offset).putLong(at + 24, BASE + offset);
    bytes.putLong(at + 32, size).putLong(at + 40, size);
  }

  /// Where nearly all of its bytes are zero anyway, damage in its tables is what matters.
  byte[] damaged(Random random) {
    byte[] damaged = bytes();
    int[] tables = {16, RELA, RELR, DYNAMIC, SYMBOLS, STRINGS, CODE, TEXTS, DATA};
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      int at = tables[random.nextInt(tables.length)] + random.nextInt(64);
      damaged[random.nextInt(8) == 0 ? 64 + random.nextInt(336) : at] = (byte) random.nextInt();
    }
    return random.nextInt(8) == 0
        ? Arrays.copyOf(damaged, random.nextInt(damaged.length))
        : damaged;
  }

  /// A text that nothing names yet.
  ProgramBytes text(String content) {
    texts.put(content, text);
    bytes.put(text, content.getBytes(StandardCharsets.ISO_8859_1));
    text += content.length() + 1;
    return this;
  }

  /// As [#text], right behind what is no text.
  ProgramBytes textBehind(String data, String content) {
    bytes.put(text, data.getBytes(StandardCharsets.ISO_8859_1));
    text += data.length();
    return text(content);
  }

  private long address(String content) {
    for (Map.Entry<String, Integer> known : texts.entrySet()) {
      if (known.getKey().endsWith(content)) {
        return BASE + known.getValue() + known.getKey().length() - content.length();
      }
    }
    throw new IllegalArgumentException(content);
  }

  /// An instruction that loads the address of the text, or of its end of another one.
  ProgramBytes instruction(String content) {
    bytes.put(code, new byte[] {0x4c, (byte) 0x8d, 0x0d});
    bytes.putInt(code + 3, (int) (address(content) - (BASE + code + 7)));
    code += 9;
    return this;
  }

  /// What prepares a call with a text and its length, and the call.
  ProgramBytes counted(String content, int length) {
    bytes.put(code, (byte) 0xba).putInt(code + 1, length);
    code += 5;
    bytes.put(code, new byte[] {0x48, (byte) 0x8d, 0x35});
    bytes.putInt(code + 3, (int) (address(content) - (BASE + code + 7)));
    bytes.put(code + 7, (byte) 0xe8);
    code += 12;
    return this;
  }

  /// Of the call that was added as the first, behind as many instructions.
  static int count(byte[] file, int behind) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(CODE + behind * 9 + 1);
  }

  ProgramBytes relocation(String content) {
    bytes.putLong(rela, BASE + data).putLong(rela + 8, 8).putLong(rela + 16, address(content));
    bytes.putLong(data, address(content));
    rela += 24;
    data += 8;
    return this;
  }

  /// The text's address is the second of two words; the first names nothing.
  ProgramBytes packedRelocation(String content) {
    bytes.putLong(relr, BASE + data).putLong(relr + 8, 3);
    bytes.putLong(data + 8, address(content));
    relr += 16;
    data += 16;
    return this;
  }

  ProgramBytes unknownPointer(String content) {
    bytes.putLong(data, address(content));
    data += 8;
    return this;
  }

  /// An entry of a table: the name, nothing, the address of the variable behind it, which is the
  /// value's.
  ProgramBytes spec(String name, String value) {
    bytes.putLong(data, address(name)).putLong(data + 16, BASE + data + 24);
    bytes.putLong(data + 24, address(value));
    data += 32;
    return this;
  }

  /// An instruction that has the address of the text, or of its end of another one, in it.
  ProgramBytes absoluteInstruction(String content) {
    bytes.put(code, (byte) 0xbf).putInt(code + 1, (int) address(content));
    code += 5;
    return this;
  }

  ProgramBytes code(String content) {
    bytes.put(code, content.getBytes(StandardCharsets.ISO_8859_1));
    code += content.length();
    return this;
  }

  /// A function of 256 bytes at the end of the code.
  ProgramBytes function(String name, int fromEnd) {
    bytes.putInt(symbol, string - STRINGS).put(symbol + 4, (byte) 0x12);
    bytes.putShort(symbol + 6, (short) 2).putLong(symbol + 8, BASE + 2 * PAGE - fromEnd);
    bytes.putLong(symbol + 16, 256);
    bytes.put(string, name.getBytes(StandardCharsets.US_ASCII));
    symbol += 24;
    string += name.length() + 1;
    return this;
  }

  ProgramBytes type(int type) {
    bytes.putShort(16, (short) type);
    return this;
  }

  byte[] bytes() {
    long[] tags = {
      7,
      BASE + RELA,
      8,
      rela - RELA,
      36,
      BASE + RELR,
      35,
      relr - RELR,
      6,
      BASE + SYMBOLS,
      5,
      BASE + STRINGS
    };
    for (int i = 0; i < tags.length; i++) {
      bytes.putLong(DYNAMIC + i * 8, tags[i]);
    }
    return bytes.array().clone();
  }

  /// What a file's instructions and data name, as texts, in the order in which they were added.
  static String named(byte[] file, int codeAt) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int at = CODE + codeAt * 9;
    return read(in, BASE + at + 7 + in.getInt(at + 3));
  }

  static String addend(byte[] file, int number) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    return read(in, in.getLong(RELA + number * 24 + 16));
  }

  static String word(byte[] file, int number) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    return read(in, in.getLong(DATA + number * 8));
  }

  /// As the loader maps it.
  private static String read(ByteBuffer in, long address) {
    for (int header = 64; header < 64 + 6 * 56; header += 56) {
      long from = address - in.getLong(header + 16);
      if (in.getInt(header) == 1 && from >= 0 && from < in.getLong(header + 32)) {
        StringBuilder text = new StringBuilder();
        for (int at = (int) (in.getLong(header + 8) + from); in.get(at) != 0; at++) {
          text.append((char) in.get(at));
        }
        return text.toString();
      }
    }
    return "nowhere";
  }
}
