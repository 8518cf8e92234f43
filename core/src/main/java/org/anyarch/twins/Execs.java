package org.anyarch.twins;

import java.time.Duration;
import java.util.List;

/// The programs of a foreign platform that something started, as its dispatcher noted them.
///
/// @param programs each with one outcome; those that were started most often first
/// @param whole whether nothing is known to be missing
/// @param sampled whether somebody looked again and again which of them were at work
public record Execs(List<Program> programs, boolean whole, boolean sampled) {
  public static final Execs NONE = new Execs(List.of(), true, false);

  /// How a program was started, in the order of `execs.h` of the native module.
  public enum Outcome {
    NATIVE,
    NO_TABLE,
    NO_TWIN,
    ALTERED,
    LOCALE,
    VARIABLE,
    SET_ID,
    SECURE,
    NOT_STARTED,
    OPTION,
    PLUGINS,
    SCRIPT,
    PACKAGES
  }

  /// @param path as it was executed; of a long one the end
  /// @param variable the name of the one that the outcome speaks of, the option or the folder; or
  ///   empty
  /// @param count how often it was started
  /// @param atWork how long its processes ran or wanted to, if that was sampled
  /// @param remedy why it was emulated and what would change that, if somebody looked; or empty
  public record Program(
      String path, Outcome outcome, String variable, long count, Duration atWork, String remedy) {
    Program withRemedy(String words) {
      return new Program(path, outcome, variable, count, atWork, words);
    }

    /// The same program, started more often.
    public Program plus(long more, Duration longer) {
      return new Program(path, outcome, variable, count + more, atWork.plus(longer), remedy);
    }

    public boolean isNative() {
      return outcome == Outcome.NATIVE;
    }
  }

  public Execs {
    programs = List.copyOf(programs);
  }

  public long count() {
    return programs.stream().mapToLong(Program::count).sum();
  }

  public long nativeCount() {
    return programs.stream().filter(Program::isNative).mapToLong(Program::count).sum();
  }

  /// `412 programs, 96 % native`; all of them only if none was emulated. Empty if there were none.
  public String inWords() {
    long count = count();
    if (count == 0) {
      return "";
    }
    return (whole ? "" : "at least ")
        + (count == 1 ? "1 program, " : count + " programs, ")
        + nativeCount() * 100 / count
        + " % native";
  }
}
