package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes a COPY or ADD of its words.
final class CopyParser {
  private CopyParser() {}

  /// @param words the sources and the destination
  /// @param line the heredocs are those of
  static Instruction parse(
      String keyword, Location location, String whole, CopyFlags flags, List<Word> words, Line line)
      throws ContainerfileException {
    if (words.size() < 2) {
      throw new ContainerfileException(
          location, keyword + " takes one source or more and a destination");
    }
    List<Word> sources = new ArrayList<>();
    List<Heredoc> documents = new ArrayList<>();
    for (Word word : words.subList(0, words.size() - 1)) {
      Optional<Heredoc> document = document(word, line);
      document.ifPresentOrElse(documents::add, () -> sources.add(word));
    }
    Word destination = words.getLast();
    boolean add = keyword.equals("ADD");
    if (document(destination, line).isPresent()) {
      throw new ContainerfileException(
          destination.location(),
          "a heredoc can be a source of " + keyword + ", not where it goes");
    }
    if (words.size() > 2
        && !destination.text().endsWith("/")
        && !destination.text().contains("$")
        && !destination.text().equals(".")
        && !destination.text().equals("..")) {
      throw new ContainerfileException(
          destination.location(),
          "with several sources the destination is a folder: " + destination.text() + "/");
    }
    return new Instruction.Copy(
        location, whole, add, flags, List.copyOf(sources), documents, destination);
  }

  /// The heredoc that the word begins, with its text.
  private static Optional<Heredoc> document(Word word, Line line) throws ContainerfileException {
    Optional<Heredoc> begun =
        line.documents().isEmpty()
            ? Optional.empty()
            : Heredoc.begunByWord(word.text(), word.location());
    if (begun.isEmpty()) {
      return begun;
    }
    String name = begun.get().name();
    if (name.contains("/") || name.equals(".") || name.equals("..")) {
      throw new ContainerfileException(
          word.location(),
          "the heredoc <<" + name + " gives its name to a file, which " + name + " cannot be");
    }
    // Of several with one name the last one is it, as in BuildKit.
    return line.documents().reversed().stream().filter(d -> d.name().equals(name)).findFirst();
  }
}
