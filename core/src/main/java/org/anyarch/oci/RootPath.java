package org.anyarch.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/// Paths as a program sees them whose root folder is `root`: symbolic links lead where they would
/// lead after chroot(2), `..` at the root stays there, and no result lies outside.
///
/// What does not exist is taken as it is written, so a path about to be made can be resolved; `..`
/// behind it removes it again. The result is only as good as the tree is still: nobody else may
/// change it between resolving and use.
public final class RootPath {
  /// As many symbolic links as the kernel follows in one path.
  private static final int MOST_LINKS = 40;

  /// PATH_MAX. Refusing more also bounds the work that a stranger's name can cause.
  private static final int LONGEST = 4095;

  private RootPath() {}

  /// Where `path` leads, all symbolic links followed. Absolute and relative paths both start at
  /// `root`.
  ///
  /// @throws OciException if the links in it never end, or it cannot be a path
  public static Path resolve(Path root, String path) throws IOException {
    return walk(root, path, true);
  }

  /// As [#resolve], but a symbolic link that is the last part of `path` itself is not followed.
  public static Path resolveParent(Path root, String path) throws IOException {
    return walk(root, path, false);
  }

  private static Path walk(Path root, String path, boolean last) throws IOException {
    Deque<String> todo = new ArrayDeque<>();
    push(todo, path);
    Path here = root;
    int links = 0;
    while (!todo.isEmpty()) {
      String part = todo.pop();
      if (part.equals("..")) {
        if (!here.equals(root)) {
          here = parent(here);
        }
        continue;
      }
      Path next = child(here, part, path);
      if ((last || !todo.isEmpty()) && Files.isSymbolicLink(next)) {
        if (++links > MOST_LINKS) {
          throw new OciException(
              "the path "
                  + Quoted.name(path)
                  + " passes more than "
                  + MOST_LINKS
                  + " symbolic links: they lead in a circle.");
        }
        String target = Files.readSymbolicLink(next).toString();
        if (target.startsWith("/")) {
          here = root;
        }
        push(todo, target);
      } else {
        here = next;
      }
    }
    return here;
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  /// The file `name` in `folder`, on the way of `path`.
  static Path child(Path folder, String name, String path) throws OciException {
    Path child;
    try {
      child = folder.resolve(name);
    } catch (InvalidPathException e) {
      throw new OciException(
          "the path " + Quoted.name(path) + " cannot be a file name here: " + e.getReason() + ".",
          e);
    }
    if (child.toString().length() > LONGEST) {
      throw new OciException("the path " + Quoted.name(path) + " is longer than a path can be.");
    }
    return child;
  }

  private static void push(Deque<String> todo, String path) {
    int end = path.length();
    while (end > 0) {
      int slash = path.lastIndexOf('/', end - 1);
      String part = path.substring(slash + 1, end);
      if (!part.isEmpty() && !part.equals(".")) {
        todo.push(part);
      }
      end = slash;
    }
  }
}
