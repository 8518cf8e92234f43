package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The flags of a RUN.
///
/// @param mounts in their order
public record RunFlags(List<MountFlag> mounts, Network network, Security security) {
  /// A RUN without flags.
  public static final RunFlags NONE = new RunFlags(List.of(), Network.DEFAULT, Security.SANDBOX);

  /// Which network a step sees.
  public enum Network {
    /// What the build says.
    DEFAULT,
    NONE,
    HOST
  }

  /// How much of a step's rights are taken away.
  public enum Security {
    SANDBOX,
    INSECURE
  }

  public RunFlags {
    mounts = List.copyOf(mounts);
  }

  /// @param mounts the values of --mount
  /// @param others the other flags by their names
  static RunFlags parse(List<Word> mounts, Map<String, Word> others) throws ContainerfileException {
    List<MountFlag> parsed = new ArrayList<>();
    for (Word mount : mounts) {
      parsed.add(MountFlag.parse(unquoted(mount)));
    }
    Network network = Network.DEFAULT;
    Word said = others.get("network");
    if (said != null) {
      network =
          switch (said.text()) {
            case "default" -> Network.DEFAULT;
            case "none" -> Network.NONE;
            case "host" -> Network.HOST;
            default ->
                throw new ContainerfileException(
                    said.location(),
                    "RUN --network=" + said.text() + " is none of default, none and host");
          };
    }
    Security security = Security.SANDBOX;
    said = others.get("security");
    if (said != null) {
      security =
          switch (said.text()) {
            case "sandbox" -> Security.SANDBOX;
            case "insecure" -> Security.INSECURE;
            default ->
                throw new ContainerfileException(
                    said.location(),
                    "RUN --security=" + said.text() + " is neither sandbox nor insecure");
          };
    }
    return new RunFlags(parsed, network, security);
  }

  /// Quotes only keep white space together; a backslash takes the next character as it is.
  private static Word unquoted(Word word) {
    StringBuilder out = new StringBuilder();
    char quote = 0;
    String text = word.text();
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length()) {
        at++;
        out.append(text.charAt(at));
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote && quote != 0) {
        quote = 0;
      } else {
        out.append(c);
      }
    }
    return new Word(out.toString(), word.location());
  }
}
