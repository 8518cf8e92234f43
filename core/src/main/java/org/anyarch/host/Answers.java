package org.anyarch.host;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.anyarch.kernel.Errno;

/// What the helper printed, read line by line. What is none of its answers counts for nothing, and
/// so does a second answer to the same question.
///
/// @param outcomes by the name of the guest
/// @param complaints its error messages
record Answers(Map<String, Map<Setting, Outcome>> outcomes, List<String> complaints) {
  private static final String COMPLAINT = "anyarch-probe: ";
  private static final Pattern ANSWER =
      Pattern.compile(
          "([A-Za-z0-9_.-]{1,63}) (process|container)"
              + " (?:(exited|signalled) (\\d{1,3})|failed ([a-z]{1,16}) (\\d{1,4}))");

  static Answers parse(String text) {
    Map<String, Map<Setting, Outcome>> outcomes = new HashMap<>();
    List<String> complaints = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      Matcher answer = ANSWER.matcher(line);
      if (answer.matches()) {
        Setting way = Setting.valueOf(answer.group(2).toUpperCase(Locale.ROOT));
        outcomes
            .computeIfAbsent(answer.group(1), _ -> new EnumMap<>(Setting.class))
            .putIfAbsent(way, outcome(answer));
      } else if (line.startsWith(COMPLAINT)) {
        complaints.add(line.substring(COMPLAINT.length()));
      }
    }
    return new Answers(outcomes, complaints);
  }

  private static Outcome outcome(Matcher answer) {
    if (answer.group(3) == null) {
      return new Outcome.Failed(answer.group(5), new Errno(Integer.parseInt(answer.group(6))));
    }
    int value = Integer.parseInt(answer.group(4));
    return answer.group(3).equals("exited")
        ? new Outcome.Exited(value)
        : new Outcome.Signalled(value);
  }
}
