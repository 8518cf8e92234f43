package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.anyarch.build.plan.ModeChange;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.Owner;
import org.anyarch.oci.RootPath;

/// The parts of contexts that bind mounts show, each copied once a build: without what
/// .dockerignore hides, owned by root, and not changing while steps read it. A context itself would
/// show a step the caller's own owners, and a build would depend on who runs it.
final class ContextCopies {
  private record Part(ContextView context, Path path) {}

  private final Store store;
  private final Kernel kernel;
  private final ContextTimes times;
  private final Map<Part, MountSource> made = new HashMap<>();

  ContextCopies(Store store, Kernel kernel, ContextTimes times) {
    this.store = store;
    this.kernel = kernel;
    this.times = times;
  }

  /// @param name what the context is called
  /// @throws IOException if it is not there or hidden
  synchronized MountSource of(
      ContextView context, String name, String path, Consumer<String> warnings) throws IOException {
    Path found = RootPath.resolve(context.root(), path);
    Part part = new Part(context, found);
    MountSource known = made.get(part);
    if (known != null) {
      return known;
    }
    String shown = path.isEmpty() ? "." : path;
    if (!Files.exists(found, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("\"" + shown + "\" is not in " + name);
    }
    if (context.test(found)) {
      throw new IOException("\"" + shown + "\" is not in " + name + ": .dockerignore excludes it");
    }
    Path folder = store.workFolder("context-" + made.size());
    Files.setAttribute(folder, "unix:mode", 0755);
    TreeCopy.Looks looks =
        new TreeCopy.Looks(Optional.of(new Owner(0, 0)), ModeChange.NONE, times::ofCopy);
    TreeCopy copy = new TreeCopy(kernel, looks, context::verdict, warnings);
    Path inside = context.root().relativize(found);
    if (found.equals(context.root())) {
      copy.contents(found, folder);
    } else {
      Path target = folder.resolve(inside);
      copy.makeFolders(folder, target.resolveSibling(".").normalize());
      copy.one(found, target);
    }
    MountSource source = new MountSource(new Snapshot(List.of(folder)), inside.toString());
    made.put(part, source);
    return source;
  }
}
