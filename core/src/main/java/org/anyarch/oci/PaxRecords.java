package org.anyarch.oci;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The records of a POSIX extended header, `LENGTH KEY=VALUE\n` each. Values stay bytes: those of
/// extended attributes are no text.
final class PaxRecords {
  static final String XATTR = "SCHILY.xattr.";

  private static final Pattern TIME = Pattern.compile("(-?)([0-9]{1,18})(?:\\.([0-9]{0,100}))?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private static final PaxRecords NONE = new PaxRecords(Map.of());

  private final Map<String, byte[]> values;

  private PaxRecords(Map<String, byte[]> values) {
    this.values = values;
  }

  static PaxRecords none() {
    return NONE;
  }

  static PaxRecords parse(byte[] header) throws OciException {
    Map<String, byte[]> values = new TreeMap<>();
    int at = 0;
    // GNU tar is said to pad with zeros; nothing follows them.
    while (at < header.length && header[at] != 0) {
      int space = indexOf(header, at, Math.min(at + 10, header.length), ' ');
      int length = space < 0 ? 0 : length(header, at, space);
      int end = at + length;
      if (length == 0 || end > header.length || end <= space + 2 || header[end - 1] != '\n') {
        throw new OciException("an extended header is malformed at byte " + at + ".");
      }
      int equals = indexOf(header, space + 1, end - 1, '=');
      if (equals <= space + 1) {
        throw new OciException("an extended header has a record without a name.");
      }
      String key = TarHeader.utf8(Arrays.copyOfRange(header, space + 1, equals), "record name");
      values.put(key, Arrays.copyOfRange(header, equals + 1, end - 1));
      at = end;
    }
    return new PaxRecords(values);
  }

  private static int indexOf(byte[] bytes, int from, int to, char wanted) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static int length(byte[] header, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      if (header[i] < '0' || header[i] > '9') {
        return 0;
      }
      value = value * 10 + (header[i] - '0');
    }
    return value;
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /// Whether GNU tar left holes out of the content, so that it is not what the file holds.
  boolean isSparse() {
    for (String key : values.keySet()) {
      if (key.startsWith("GNU.sparse.")) {
        return true;
      }
    }
    return false;
  }

  /// Null where the header does not override the entry's own field.
  @Nullable String text(String key) throws OciException {
    byte[] value = values.get(key);
    if (value == null || value.length == 0) {
      return null;
    }
    return TarHeader.utf8(value, key);
  }

  long number(String key, long absent) throws OciException {
    String text = text(key);
    if (text == null) {
      return absent;
    }
    if (!NUMBER.matcher(text).matches()) {
      throw new OciException("an extended header has the " + key + " " + Quoted.name(text) + ".");
    }
    return Long.parseLong(text);
  }

  Instant time(String key, long absent) throws OciException {
    String text = text(key);
    try {
      if (text == null) {
        return Instant.ofEpochSecond(absent);
      }
      Matcher matcher = TIME.matcher(text);
      if (matcher.matches()) {
        String fraction = matcher.group(3) == null ? "" : matcher.group(3);
        long nanos = Long.parseLong((fraction + "000000000").substring(0, 9));
        long seconds = Long.parseLong(matcher.group(2));
        return matcher.group(1).isEmpty()
            ? Instant.ofEpochSecond(seconds, nanos)
            : Instant.ofEpochSecond(-seconds, -nanos);
      }
    } catch (DateTimeException e) {
      throw new OciException("a header has a time that no calendar holds.", e);
    }
    throw new OciException("an extended header has the time " + Quoted.name(text) + ".");
  }

  SortedMap<String, byte[]> xattrs() {
    if (values.isEmpty()) {
      return Collections.emptySortedMap();
    }
    SortedMap<String, byte[]> xattrs = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(XATTR) && key.length() > XATTR.length()) {
            xattrs.put(key.substring(XATTR.length()), value);
          }
        });
    return xattrs;
  }

  /// One record as it stands in a header.
  static byte[] record(String key, byte[] value) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    int rest = name.length + value.length + 3;
    // The length counts its own digits.
    int length = rest + Integer.toString(rest).length();
    if (Integer.toString(length).length() > Integer.toString(rest).length()) {
      length++;
    }
    byte[] head = (length + " ").getBytes(StandardCharsets.US_ASCII);
    byte[] record = Arrays.copyOf(head, length);
    System.arraycopy(name, 0, record, head.length, name.length);
    record[head.length + name.length] = '=';
    System.arraycopy(value, 0, record, head.length + name.length + 1, value.length);
    record[length - 1] = '\n';
    return record;
  }
}
