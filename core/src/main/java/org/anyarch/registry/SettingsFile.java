package org.anyarch.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.anyarch.kernel.Failures;

/// Reads files of settings, which may not be there, but must be readable if they are.
final class SettingsFile {
  private SettingsFile() {}

  static Optional<byte[]> read(Path file) throws RegistryException {
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(in.readNBytes(Tree.LARGEST + 1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /// The files of a folder whose names end so, by name; none if there is no folder.
  static List<Path> in(Path folder, String ending) throws RegistryException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (entry.toString().endsWith(ending)) {
          files.add(entry);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    files.sort(null);
    return files;
  }

  static RegistryException unreadable(Path file, IOException failure) {
    return new RegistryException(
        RegistryException.Reason.SETTINGS,
        "cannot read " + file + ", a setting for registries: " + Failures.describe(failure) + ".",
        failure);
  }
}
