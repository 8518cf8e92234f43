package org.anyarch.twins;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which archives a root folder's apt is told to use (sources.list(5)). Of those, only what a web
/// server has in the usual form can be followed.
final class AptSources {
  private static final String FOLDER = "/etc/apt/";

  /// `deb [options] URI suite component…`
  private static final Pattern LINE =
      Pattern.compile("\\s*deb\\s+(?:\\[[^]]*]\\s*)?(\\S+)\\s+(\\S+)\\s+([^#]+)(?s:#.*)?");

  /// What stands in a URI and in a name as it is. Others would have to be escaped as apt does it.
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._+~:/-]+");

  /// @param archive ends with a slash
  /// @param suite of it
  /// @param components that are used
  record Source(URI archive, String suite, List<String> components) {
    /// What the names of this suite's files in apt's folder of lists begin with.
    String listName() {
      String authority = Optional.ofNullable(archive.getRawAuthority()).orElse("");
      String plain = authority.substring(authority.indexOf('@') + 1);
      return escaped(plain + archive.getRawPath() + "dists/" + suite + "/").replace('/', '_');
    }

    /// As apt does it: what its separator is cannot stand in a name.
    private static String escaped(String text) {
      return text.replace("_", "%5f");
    }
  }

  private AptSources() {}

  static List<Source> of(RootFiles root) throws IOException {
    List<Source> sources = new ArrayList<>();
    addLines(root.read(FOLDER + "sources.list").orElse(""), sources);
    for (String name : root.names(FOLDER + "sources.list.d").stream().sorted().toList()) {
      String text = root.read(FOLDER + "sources.list.d/" + name).orElse("");
      if (name.endsWith(".list")) {
        addLines(text, sources);
      } else if (name.endsWith(".sources")) {
        addStanzas(text, sources);
      }
    }
    return sources;
  }

  private static void addLines(String text, List<Source> sources) {
    for (String line : (Iterable<String>) text.lines()::iterator) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        add(matcher.group(1), matcher.group(2), words(matcher.group(3)), sources);
      }
    }
  }

  private static void addStanzas(String text, List<Source> sources) {
    for (Map<String, String> stanza : Deb822.stanzas(text)) {
      if (words(stanza.getOrDefault("types", "")).contains("deb")
          && !stanza.getOrDefault("enabled", "yes").equals("no")) {
        for (String uri : words(stanza.getOrDefault("uris", ""))) {
          for (String suite : words(stanza.getOrDefault("suites", ""))) {
            add(uri, suite, words(stanza.getOrDefault("components", "")), sources);
          }
        }
      }
    }
  }

  private static void add(
      String text, String suite, List<String> components, List<Source> sources) {
    URI uri;
    try {
      uri = new URI(text.endsWith("/") ? text : text + "/");
    } catch (URISyntaxException e) {
      // apt will say so, if anybody uses it.
      return;
    }
    boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    boolean usual = PLAIN.matcher(suite).matches() && !suite.endsWith("/") && !suite.contains("..");
    if (web && uri.getHost() != null && usual) {
      List<String> plain = components.stream().filter(PLAIN.asMatchPredicate()).toList();
      sources.add(new Source(uri, suite, plain));
    }
  }

  private static List<String> words(String text) {
    return Pattern.compile("\\s+").splitAsStream(text.strip()).filter(w -> !w.isEmpty()).toList();
  }
}
