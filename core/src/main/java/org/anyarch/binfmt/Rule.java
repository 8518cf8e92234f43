package org.anyarch.binfmt;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.anyarch.kernel.Errno;
import org.anyarch.platform.Bytes;
import org.anyarch.platform.Guest;

/// A binfmt_misc rule: which files are started by which interpreter.
///
/// @param name the entry's name
/// @param match how files are recognised
/// @param interpreter the interpreter's path; text, since the kernel takes any bytes
/// @param flags its flags
public record Rule(String name, Match match, String interpreter, Flags flags) {
  /// BINPRM_BUF_SIZE: as much of a file as the kernel looks at, since 5.1.
  public static final int HEAD = 256;

  /// MAX_REGISTER_LENGTH of fs/binfmt_misc.c, and the shortest string that can be a rule.
  static final int LONGEST = 1920;

  static final int SHORTEST = 11;

  /// As many bytes as the name of an entry may have.
  public static final int NAME_MAX = 255;

  private static final HexFormat HEX = HexFormat.of();

  /// How a file is recognised.
  public sealed interface Match {
    /// Whether a file is recognised.
    ///
    /// @param head the file's first bytes, [#HEAD] of them or all it has
    /// @param path the path it is started by
    boolean takes(byte[] head, String path);

    /// Its fields in a register string, from the type to the mask.
    String fields(char delimiter);

    /// @throws RuleException if the kernel would not take it in the rule `name`
    void check(String name) throws RuleException;

    /// By bytes at an offset; only the bits set in the mask count.
    record Magic(int offset, Bytes magic, Bytes mask) implements Match {
      public Magic {
        if (magic.length() != mask.length()) {
          throw new IllegalArgumentException("magic and mask differ in length");
        }
      }

      /// The kernel's buffer is zero behind the end of a short file.
      @Override
      public boolean takes(byte[] head, String path) {
        for (int i = 0; i < magic.length(); i++) {
          int at = offset + i;
          int has = at < head.length ? head[at] & 0xff : 0;
          if (((has ^ magic.at(i)) & mask.at(i)) != 0) {
            return false;
          }
        }
        return true;
      }

      @Override
      public String fields(char delimiter) {
        return "M" + delimiter + offset + delimiter + escaped(magic) + delimiter + escaped(mask);
      }

      @Override
      public void check(String name) throws RuleException {
        if (magic.length() == 0 || offset < 0 || offset + magic.length() > HEAD) {
          throw new RuleException(
              "the magic of "
                  + name
                  + " must have 1 to "
                  + HEAD
                  + " bytes and end within the first "
                  + HEAD,
              Errno.EINVAL);
        }
      }
    }

    /// By what follows the last dot of its path.
    record Extension(String extension) implements Match {
      @Override
      public boolean takes(byte[] head, String path) {
        int dot = path.lastIndexOf('.');
        return dot >= 0 && path.substring(dot + 1).equals(extension);
      }

      @Override
      public String fields(char delimiter) {
        return "E" + delimiter + delimiter + extension + delimiter;
      }

      @Override
      public void check(String name) throws RuleException {
        if (extension.isEmpty() || extension.contains("/") || extension.indexOf('\0') >= 0) {
          throw new RuleException(
              "the extension of " + name + " is empty or has a slash", Errno.EINVAL);
        }
      }
    }
  }

  /// The rule with which `interpreter` runs a guest's programs.
  public static Rule forGuest(Guest guest, Path interpreter, Flags flags) {
    return new Rule(
        "qemu-" + guest.qemu(),
        new Match.Magic(0, guest.magic(), guest.mask()),
        interpreter.toString(),
        flags);
  }

  /// Whether the kernel would hand a file to this rule.
  ///
  /// @param head the file's first bytes, [#HEAD] of them or all it has
  /// @param path the path it is started by
  public boolean matches(byte[] head, String path) {
    return match.takes(head, path);
  }

  /// What has to be written to `register`, in one write.
  ///
  /// @throws RuleException if the kernel would not take it; says which limit it breaks
  public String registerString() throws RuleException {
    check();
    char delimiter = delimiter();
    String text =
        delimiter
            + name
            + delimiter
            + match.fields(delimiter)
            + delimiter
            + interpreter
            + delimiter
            + flags;
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length < SHORTEST || length > LONGEST) {
      throw new RuleException(
          "the rule "
              + name
              + " is "
              + length
              + " bytes long, the kernel takes "
              + SHORTEST
              + " to "
              + LONGEST,
          Errno.EINVAL);
    }
    return text;
  }

  private void check() throws RuleException {
    int nameLength = name.getBytes(StandardCharsets.UTF_8).length;
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || name.contains("/")
        || name.indexOf('\0') >= 0) {
      throw new RuleException("\"" + name + "\" cannot name an entry", Errno.EINVAL);
    }
    if (name.equals("register") || name.equals("status")) {
      throw new RuleException("\"" + name + "\" is a control file of binfmt_misc", Errno.EEXIST);
    }
    if (nameLength > NAME_MAX) {
      throw new RuleException(
          "the name of " + nameLength + " bytes is longer than " + NAME_MAX, Errno.ENAMETOOLONG);
    }
    if (interpreter.isEmpty() || interpreter.indexOf('\0') >= 0) {
      throw new RuleException("the rule " + name + " has no interpreter", Errno.EINVAL);
    }
    match.check(name);
  }

  /// A character that no field has.
  private char delimiter() throws RuleException {
    String fields = name + interpreter + (match instanceof Match.Extension e ? e.extension() : "");
    // Never '#' or ';', which make a comment of a line of binfmt.d.
    for (char c : ":|,!~%^&@+".toCharArray()) {
      if (fields.indexOf(c) < 0) {
        return c;
      }
    }
    throw new RuleException("no character is left to separate the fields of " + name);
  }

  /// Every byte as `\xHH`: then none of them can be a delimiter, a NUL or a backslash.
  private static String escaped(Bytes bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes.length(); i++) {
      text.append("\\x").append(HEX.toHexDigits((byte) bytes.at(i)));
    }
    return text.toString();
  }

  /// Reads a register string as create_entry() of fs/binfmt_misc.c does.
  ///
  /// @throws RuleException with the errno the kernel would give
  public static Rule parse(String text) throws RuleException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < SHORTEST || bytes.length > LONGEST) {
      throw new RuleException(
          "a rule has " + SHORTEST + " to " + LONGEST + " bytes, this one " + bytes.length,
          Errno.EINVAL);
    }
    Fields fields = new Fields(text);
    String name = fields.next("name");
    String type = fields.next("type");
    String offset = fields.next("offset");
    String magic = fields.next("magic or extension");
    String mask = fields.next("mask");
    String interpreter = fields.next("interpreter");
    Flags flags = Flags.parse(fields.rest());
    Match match =
        switch (type) {
          case "M" -> magic(name, offset, magic, mask);
          case "E" -> new Match.Extension(magic);
          default ->
              throw new RuleException(
                  "type \"" + type + "\" of " + name + " is not M or E", Errno.EINVAL);
        };
    Rule rule = new Rule(name, match, interpreter, flags);
    rule.check();
    return rule;
  }

  private static Match magic(String name, String offset, String magic, String mask)
      throws RuleException {
    if (!offset.matches("\\d{0,9}")) {
      throw new RuleException(
          "offset \"" + offset + "\" of " + name + " is no decimal number", Errno.EINVAL);
    }
    Bytes bytes = Escapes.decode(magic).orElseThrow(() -> badEscape(name, "magic"));
    Bytes bits =
        mask.isEmpty()
            ? Bytes.ofHex("ff".repeat(bytes.length()))
            : Escapes.decode(mask).orElseThrow(() -> badEscape(name, "mask"));
    if (bits.length() != bytes.length()) {
      throw new RuleException(
          "magic and mask of "
              + name
              + " have "
              + bytes.length()
              + " and "
              + bits.length()
              + " bytes",
          Errno.EINVAL);
    }
    return new Match.Magic(offset.isEmpty() ? 0 : Integer.parseInt(offset), bytes, bits);
  }

  private static RuleException badEscape(String name, String field) {
    return new RuleException(
        "the " + field + " of " + name + " has a \\x without two hexadecimal digits", Errno.EINVAL);
  }

  /// The fields of a register string, one after the other.
  private static final class Fields {
    private final String text;
    private final char delimiter;
    private int at = 1;

    Fields(String text) {
      this.text = text;
      this.delimiter = text.charAt(0);
    }

    String next(String field) throws RuleException {
      int end = text.indexOf(delimiter, at);
      if (end < 0) {
        throw new RuleException(
            "the rule ends before its " + field + " is closed by '" + delimiter + "'",
            Errno.EINVAL);
      }
      String value = text.substring(at, end);
      at = end + 1;
      return value;
    }

    /// One line feed at the end is no part of the flags.
    String rest() {
      String rest = text.substring(at);
      return rest.endsWith("\n") ? rest.substring(0, rest.length() - 1) : rest;
    }
  }
}
