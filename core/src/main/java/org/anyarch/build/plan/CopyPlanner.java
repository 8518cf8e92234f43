package org.anyarch.build.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.Heredoc;
import org.anyarch.build.containerfile.Instruction;
import org.anyarch.build.containerfile.PathPatterns;
import org.anyarch.build.containerfile.Word;

/// Makes a step of a COPY or ADD; what is wrong with its words is said here, before anything runs.
final class CopyPlanner {
  /// Puts the values of variables into a word.
  interface Expansion {
    String of(Word word) throws ContainerfileException;
  }

  /// Says what a heredoc's file holds.
  interface Content {
    String of(Heredoc document) throws ContainerfileException;
  }

  private final Instruction.Copy copy;
  private final Expansion expansion;
  private final Content content;
  private final String keyword;

  private CopyPlanner(Instruction.Copy copy, Expansion expansion, Content content) {
    this.copy = copy;
    this.expansion = expansion;
    this.content = content;
    this.keyword = copy.add() ? "ADD" : "COPY";
  }

  static PlannedStep.CopyStep plan(
      Instruction.Copy copy,
      CopySource source,
      String workingDir,
      Expansion expansion,
      Content content)
      throws ContainerfileException {
    return new CopyPlanner(copy, expansion, content).plan(source, workingDir);
  }

  private PlannedStep.CopyStep plan(CopySource source, String workingDir)
      throws ContainerfileException {
    CopyOptions options = options();
    List<String> written = new ArrayList<>();
    List<String> sources = new ArrayList<>();
    for (Word word : copy.sources()) {
      String text = notEmpty(word, keyword);
      written.add(text);
      sources.add(source(text, word, options));
    }
    List<InlineFile> documents = new ArrayList<>();
    for (Heredoc document : copy.documents()) {
      written.add("<<" + document.name());
      documents.add(new InlineFile(document.name(), content.of(document)));
    }
    String target = notEmpty(copy.destination(), "the destination of " + keyword);
    if (sources.size() + documents.size() > 1
        && !target.endsWith("/")
        && !target.equals(".")
        && !target.equals("..")) {
      throw new ContainerfileException(
          copy.destination().location(),
          "with several sources the destination is a folder: " + target + "/");
    }
    String destination = Paths.absolute(workingDir, target);
    boolean folder = target.endsWith("/") || target.equals(".") || target.endsWith("/.");
    return new PlannedStep.CopyStep(
        copy.location(),
        copy.text(),
        createdBy(options, written, target),
        keyword,
        source,
        sources,
        documents,
        folder && !destination.endsWith("/") ? destination + "/" : destination,
        options);
  }

  private CopyOptions options() throws ContainerfileException {
    List<String> excludes = new ArrayList<>();
    for (Word word : copy.flags().excludes()) {
      String pattern = expansion.of(word);
      try {
        excludes.add(pattern);
        PathPatterns.of(List.of(pattern));
      } catch (PatternSyntaxException e) {
        throw new ContainerfileException(
            word.location(),
            "--exclude=" + pattern + ": the pattern is not complete: " + e.getDescription(),
            e);
      }
    }
    CopyOptions options =
        new CopyOptions(
            value("chown"),
            value("chmod"),
            copy.flags().has("link"),
            copy.flags().has("parents"),
            excludes,
            value("checksum"),
            choice("keep-git-dir"),
            choice("unpack"));
    check(options);
    return options;
  }

  private void check(CopyOptions options) throws ContainerfileException {
    Map<String, Word> flags = copy.flags().values();
    try {
      ModeChange.parse(options.chmod());
    } catch (IllegalArgumentException e) {
      throw new ContainerfileException(
          flags.getOrDefault("chmod", copy.destination()).location(),
          "--chmod=" + options.chmod() + ": " + e.getMessage(),
          e);
    }
    if (!options.checksum().isEmpty() && copy.sources().size() != 1) {
      throw new ContainerfileException(
          flags.getOrDefault("checksum", copy.destination()).location(),
          "--checksum is for one source; write an ADD for each");
    }
  }

  private String source(String text, Word word, CopyOptions options) throws ContainerfileException {
    Optional<RemoteSource> remote;
    try {
      remote = RemoteSource.of(text);
    } catch (IllegalArgumentException e) {
      throw new ContainerfileException(
          word.location(), keyword + " " + text + ": " + e.getMessage(), e);
    }
    if (remote.isPresent()) {
      check(remote.get(), word, options);
      return text;
    }
    if (!options.checksum().isEmpty()) {
      throw new ContainerfileException(
          word.location(), "--checksum is for URLs and git repositories, and " + text + " is none");
    }
    int pivot = options.parents() ? text.indexOf("/./") : -1;
    // A pattern like ./a/b has nothing before its pivot either.
    if (options.parents() && pivot < 0 && text.startsWith("./")) {
      return Paths.relative(text);
    }
    return pivot < 0
        ? Paths.relative(text)
        : Paths.relative(text.substring(0, pivot))
            + "/./"
            + Paths.relative(text.substring(pivot + 3));
  }

  private void check(RemoteSource remote, Word word, CopyOptions options)
      throws ContainerfileException {
    if (!copy.add()) {
      throw new ContainerfileException(
          word.location(), "COPY takes no URL or git repository; ADD does");
    }
    String form = remote instanceof RemoteSource.Url ? "sha256:[0-9a-f]{64}" : "[0-9a-f]{7,64}";
    if (!options.checksum().isEmpty() && !options.checksum().matches(form)) {
      throw new ContainerfileException(
          copy.flags().values().getOrDefault("checksum", word).location(),
          "--checksum="
              + options.checksum()
              + (remote instanceof RemoteSource.Url
                  ? ": for a URL it is sha256: and 64 hexadecimal digits"
                  : ": for a git repository it is a commit, or its first 7 digits or more"));
    }
  }

  private String value(String name) throws ContainerfileException {
    Word word = copy.flags().values().get(name);
    return word == null ? "" : expansion.of(word);
  }

  private Optional<Boolean> choice(String name) {
    return copy.flags().values().containsKey(name)
        ? Optional.of(copy.flags().has(name))
        : Optional.empty();
  }

  private String notEmpty(Word word, String what) throws ContainerfileException {
    String value = expansion.of(word);
    if (value.isEmpty()) {
      throw new ContainerfileException(word.location(), what + " " + word.text() + " is empty");
    }
    return value;
  }

  /// As BuildKit's histories have it: expanded, and of the flags only these.
  private String createdBy(CopyOptions options, List<String> sources, String destination) {
    List<String> words = new ArrayList<>(List.of(keyword));
    if (options.parents()) {
      words.add("--parents");
    }
    if (!options.chown().isEmpty()) {
      words.add("--chown=" + options.chown());
    }
    if (!options.chmod().isEmpty()) {
      words.add("--chmod=" + options.chmod());
    }
    words.addAll(sources);
    words.add(destination);
    return String.join(" ", words) + " # buildkit";
  }
}
