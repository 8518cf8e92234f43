package org.anyarch.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One way to authenticate that an answer 401 offers in `WWW-Authenticate` (RFC 9110, 11.6.1).
///
/// @param scheme in small letters
/// @param parameters by their names in small letters
record Challenge(String scheme, Map<String, String> parameters) {
  private static final int LONGEST = 16 << 10;
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\G[\\s,]*("
              + TOKEN
              + ")\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|("
              + TOKEN
              + "))\\s*(?=,|$)");
  private static final Pattern SCHEME = Pattern.compile("\\G[\\s,]*(" + TOKEN + ")(?=\\s|,|$)");

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  /// Reads headers that may each hold several challenges. What follows the first that cannot be
  /// read is left out.
  static List<Challenge> parse(List<String> headers) {
    List<Challenge> challenges = new ArrayList<>();
    for (String header : headers) {
      if (header.length() <= LONGEST) {
        parse(header, challenges);
      }
    }
    return challenges;
  }

  private static void parse(String header, List<Challenge> into) {
    Matcher scheme = SCHEME.matcher(header);
    Matcher parameter = PARAMETER.matcher(header);
    int at = 0;
    while (scheme.find(at) && scheme.start() == at) {
      at = scheme.end();
      Map<String, String> parameters = new LinkedHashMap<>();
      while (parameter.find(at) && parameter.start() == at) {
        String quoted = parameter.group(2);
        parameters.putIfAbsent(
            parameter.group(1).toLowerCase(Locale.ROOT),
            quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
        at = parameter.end();
      }
      into.add(new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), parameters));
    }
  }
}
