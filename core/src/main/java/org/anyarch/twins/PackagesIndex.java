package org.anyarch.twins;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// An archive's `Packages` file, of which a tenth is needed.
final class PackagesIndex {
  /// Nothing that could be taken for another field, another line or another host.
  private static final Map<String, Pattern> FORMS =
      Map.of(
          "Package", Pattern.compile("[a-z0-9][a-z0-9.+-]*"),
          "Version", Pattern.compile("[A-Za-z0-9.+:~-]+"),
          "Architecture", Pattern.compile("[a-z0-9-]+"),
          "SHA256", Pattern.compile("[0-9a-f]{64}"),
          "Filename", Pattern.compile("[A-Za-z0-9_.+~-]+(?:/[A-Za-z0-9_.+~-]+)*+"));

  /// Several times as long as that of any distribution.
  private static final long LARGEST = 256L << 20;

  private PackagesIndex() {}

  /// Lines of `name version sha256 path`, one for each package of the architecture.
  static String shortened(InputStream packages, String architecture) throws IOException {
    StringBuilder out = new StringBuilder();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(new Bounded(packages, LARGEST), StandardCharsets.ISO_8859_1))) {
      Map<String, String> fields = new TreeMap<>();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.isEmpty()) {
          write(fields, architecture, out);
          fields.clear();
        } else if (!Character.isWhitespace(line.charAt(0))) {
          int colon = line.indexOf(':');
          Pattern form = colon < 0 ? null : FORMS.get(line.substring(0, colon));
          String value = line.substring(colon + 1).strip();
          if (form != null && form.matcher(value).matches()) {
            fields.put(line.substring(0, colon), value);
          }
        }
      }
      write(fields, architecture, out);
    }
    return out.toString();
  }

  private static void write(Map<String, String> fields, String architecture, StringBuilder out) {
    if (fields.size() == FORMS.size() && architecture.equals(fields.get("Architecture"))) {
      out.append(fields.get("Package"))
          .append(' ')
          .append(fields.get("Version"))
          .append(' ')
          .append(fields.get("SHA256"))
          .append(' ')
          .append(fields.get("Filename"))
          .append('\n');
    }
  }
}
