package org.anyarch.twins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.oci.RootPath;
import org.anyarch.platform.Guest;

/// The native twins of one session. For a root folder of a guest and one of this machine's
/// architecture, it finds the programs that are of the same package in the same version in both,
/// unaltered, and on the list of those that may stand in.
public final class Twins {
  /// Where a container sees them: below its own /dev, so that nothing is made in its root.
  public static final String TARGET = "/dev/.anyarch";

  /// What is shown in a container.
  ///
  /// @param folder at [#TARGET]
  /// @param table over the file `table` in it
  /// @param count how many programs have a twin
  public record Shown(Path folder, Path table, int count) {
    public static final String TABLE = TARGET + "/table";
  }

  /// A root folder of this machine's architecture, looked at only when its twins are not known yet.
  public interface Source {
    /// Tells it from others.
    String name();

    Opened open() throws IOException, InterruptedException;

    /// The folder, as long as it is open.
    interface Opened extends AutoCloseable {
      Path root();

      @Override
      void close() throws IOException;
    }
  }

  /// Mounts differ from step to step, what is in them does not.
  private record Content(long inode, long size, long modified, long changed) {
    static Content of(FileState file) {
      return new Content(file.inode(), file.size(), file.modified(), file.changed());
    }
  }

  private final Path work;
  private final Guest own;
  private final Bans bans;
  private final Profile profile = Profile.debian();
  private final Map<String, Optional<TwinTree>> trees = new HashMap<>();
  private final Map<Content, String> digests = new HashMap<>();
  private int next;

  /// @param work where folders of twins are made
  /// @param own this machine
  /// @param bans files that have no twin
  public Twins(Path work, Guest own, Bans bans) {
    this.work = work;
    this.own = own;
    this.bans = bans;
  }

  /// The twins for programs in `root`.
  ///
  /// @param root as it is mounted for the container: its device and inode numbers are those that
  ///   the container sees
  /// @return empty if there is none
  public synchronized Optional<Shown> show(Path root, Guest guest, Source source)
      throws IOException, InterruptedException {
    Optional<DpkgDatabase> guests = DpkgDatabase.of(root);
    if (guests.isEmpty()) {
      return Optional.empty();
    }
    String key = source.name() + " " + guests.get().identity();
    Optional<TwinTree> tree = trees.get(key);
    if (tree == null) {
      try (Source.Opened opened = source.open()) {
        tree = tree(guests.get(), guest, opened.root());
      }
      trees.put(key, tree);
    }
    return tree.isPresent() ? shown(tree.get(), root, guest) : Optional.empty();
  }

  private Optional<TwinTree> tree(DpkgDatabase guests, Guest guest, Path root) throws IOException {
    Optional<DpkgDatabase> ours = DpkgDatabase.of(root);
    if (ours.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        TwinTree.make(
            root,
            ours.get(),
            guests,
            new Identity(own, guest),
            matches(guests, guest, ours.get()),
            Files.createDirectories(work.resolve("twins-" + next++))));
  }

  private Optional<Shown> shown(TwinTree tree, Path root, Guest guest) throws IOException {
    TwinTable table = new TwinTable(guest.data() != own.data());
    for (Map.Entry<TwinTree.Match, TwinTable.Twin> twin : tree.placed().entrySet()) {
      Path file = RootPath.resolve(root, twin.getKey().guestPath());
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        FileState state = FileState.of(file);
        String digest = digest(file, state);
        if (digest.equals(twin.getKey().guestDigest()) && !bans.holds(digest)) {
          table.add(state, twin.getValue());
        }
      }
    }
    if (table.size() == 0) {
      return Optional.empty();
    }
    Path file = work.resolve("table-" + next++);
    Files.write(file, table.bytes());
    return Optional.of(new Shown(tree.folder(), file, table.size()));
  }

  private String digest(Path file, FileState state) throws IOException {
    Content content = Content.of(state);
    String known = digests.get(content);
    if (known == null) {
      known = TwinTree.md5(file);
      digests.put(content, known);
    }
    return known;
  }

  private List<TwinTree.Match> matches(DpkgDatabase guests, Guest guest, DpkgDatabase ours)
      throws IOException {
    List<TwinTree.Match> matches = new ArrayList<>();
    for (Profile.Entry entry : profile.entries()) {
      Optional<DpkgDatabase.Installed> theirs =
          guests.find(entry.name()).filter(p -> p.architecture().equals(guest.debian()));
      Optional<DpkgDatabase.Installed> mine =
          ours.find(entry.name()).filter(p -> p.architecture().equals(own.debian()));
      if (theirs.isPresent()
          && mine.isPresent()
          && theirs.get().version().equals(mine.get().version())) {
        Map<String, String> guestFiles = guests.digests(theirs.get());
        Map<String, String> files = ours.digests(mine.get());
        for (String program : entry.programs()) {
          for (String path : Profile.Entry.paths(program)) {
            String guestDigest = guestFiles.get(path);
            String digest = files.get(path);
            if (guestDigest != null && digest != null) {
              matches.add(new TwinTree.Match(path, guestDigest, path, digest, entry.kind()));
            }
          }
        }
      }
    }
    return matches;
  }
}
