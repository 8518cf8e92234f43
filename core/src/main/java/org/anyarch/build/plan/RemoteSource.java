package org.anyarch.build.plan;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A source of ADD that is fetched: a URL or a git repository.
public sealed interface RemoteSource {
  /// As it is shown, without a password.
  String shown();

  /// @param name what the file is called if the destination is a folder
  record Url(URI uri, String name) implements RemoteSource {
    @Override
    public String shown() {
      return withoutPassword(uri.toString());
    }
  }

  /// @param remote what `git fetch` is given
  /// @param ref a branch, tag or commit; empty for the default branch
  /// @param subdir the folder of the repository that is taken; empty for all
  /// @param checksum the commit that it has to be, or its beginning; may be empty
  /// @param keepGitDir whether `.git` comes along; empty if not said
  /// @param submodules whether they are fetched too
  record Git(
      String remote,
      String ref,
      String subdir,
      String checksum,
      Optional<Boolean> keepGitDir,
      boolean submodules)
      implements RemoteSource {
    @Override
    public String shown() {
      return withoutPassword(remote) + (ref.isEmpty() ? "" : "#" + ref);
    }
  }

  Pattern GIT =
      Pattern.compile(
          "((?:git|ssh)://[^#?]+|https?://[^#?]+\\.git|[\\w.-]+@[\\w.-]+:[^#?]+)(\\?[^#]*)?(#.*)?");

  /// What `source` names, or empty if it is a path.
  ///
  /// @throws IllegalArgumentException that says why it can be neither
  static Optional<RemoteSource> of(String source) {
    Matcher git = GIT.matcher(source);
    if (git.matches()) {
      return Optional.of(git(git));
    }
    if (!source.startsWith("http://") && !source.startsWith("https://")) {
      return Optional.empty();
    }
    try {
      URI uri = new URI(source);
      if (uri.getHost() == null) {
        throw new IllegalArgumentException("the URL " + withoutPassword(source) + " has no host");
      }
      String path = uri.getPath();
      String name = path.substring(path.replaceAll("/+$", "").lastIndexOf('/') + 1);
      name = name.replaceAll("/+$", "");
      boolean usable = !name.isEmpty() && !name.equals(".") && !name.equals("..");
      return Optional.of(new Url(uri, usable ? name : "__unnamed__"));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "the URL " + withoutPassword(source) + " cannot be read: " + e.getReason(), e);
    }
  }

  private static Git git(Matcher parts) {
    String ref = "";
    String subdir = "";
    String checksum = "";
    Optional<Boolean> keepGitDir = Optional.empty();
    boolean submodules = true;
    if (parts.group(3) != null) {
      String fragment = parts.group(3).substring(1);
      int colon = fragment.indexOf(':');
      ref = colon < 0 ? fragment : fragment.substring(0, colon);
      subdir = colon < 0 ? "" : fragment.substring(colon + 1);
    }
    String query = parts.group(2) == null ? "" : parts.group(2).substring(1);
    for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String value = equals < 0 ? "true" : pair.substring(equals + 1);
      switch (equals < 0 ? pair : pair.substring(0, equals)) {
        case "ref" -> ref = value;
        case "branch" -> ref = "refs/heads/" + value;
        case "tag" -> ref = "refs/tags/" + value;
        case "subdir" -> subdir = value;
        case "checksum", "commit" -> checksum = value;
        case "keep-git-dir" -> keepGitDir = Optional.of(isOn(value));
        case "submodules" -> submodules = isOn(value);
        default ->
            throw new IllegalArgumentException(
                "\""
                    + pair
                    + "\" is no part of a git source; there are ref, branch, tag, subdir, checksum,"
                    + " keep-git-dir and submodules");
      }
    }
    if (ref.startsWith("-") || ref.contains(" ")) {
      throw new IllegalArgumentException("\"" + ref + "\" is no branch, tag or commit");
    }
    return new Git(parts.group(1), ref, Paths.relative(subdir), checksum, keepGitDir, submodules);
  }

  private static boolean isOn(String value) {
    return value.equals("true") || value.equals("1");
  }

  private static String withoutPassword(String url) {
    return url.replaceFirst("(://[^/@:]*):[^/@]*@", "$1:…@");
  }
}
