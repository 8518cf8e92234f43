package org.anyarch.kernel;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// Words for failures of java.nio.file, whose messages are often a bare path.
public final class Failures {
  private Failures() {}

  /// One line: what it is about, and the reason with its errno's name.
  public static String describe(IOException failure) {
    if (failure instanceof EOFException) {
      return "it ends in the middle";
    }
    if (!(failure instanceof FileSystemException file)) {
      return failure.getMessage() == null
          ? failure.getClass().getSimpleName()
          : failure.getMessage();
    }
    String reason =
        switch (file) {
          case NoSuchFileException _ -> "No such file or directory (ENOENT)";
          case AccessDeniedException _ -> "Permission denied (EACCES)";
          case FileAlreadyExistsException _ -> "File exists (EEXIST)";
          case NotDirectoryException _ -> "Not a directory (ENOTDIR)";
          case DirectoryNotEmptyException _ -> "Directory not empty (ENOTEMPTY)";
          default -> file.getReason() == null ? "input/output error" : file.getReason();
        };
    return file.getFile() + ": " + reason;
  }
}
