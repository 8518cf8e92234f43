package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.RootPath;

/// The parts of the context that bind mounts show, each copied once a build: without what
/// .dockerignore hides, owned by root, and not changing while steps read it. The context itself
/// would show a step the caller's own owners, and a build would depend on who runs it.
final class ContextCopies {
  private final ContextView context;
  private final Store store;
  private final Kernel kernel;
  private final Map<Path, MountSource> made = new HashMap<>();

  ContextCopies(ContextView context, Store store, Kernel kernel) {
    this.context = context;
    this.store = store;
    this.kernel = kernel;
  }

  /// @throws IOException if it is not there or hidden
  synchronized MountSource of(String path, Consumer<String> warnings) throws IOException {
    Path found = RootPath.resolve(context.root(), path);
    MountSource known = made.get(found);
    if (known != null) {
      return known;
    }
    String shown = path.isEmpty() ? "." : path;
    if (!Files.exists(found, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("\"" + shown + "\" is not in the context");
    }
    if (context.test(found)) {
      throw new IOException("\"" + shown + "\" is not in the context: .dockerignore excludes it");
    }
    Path folder = store.workFolder("context-" + made.size());
    Files.setAttribute(folder, "unix:mode", 0755);
    TreeCopy copy = new TreeCopy(kernel, 0, 0, OptionalInt.empty(), context, warnings);
    Path inside = context.root().relativize(found);
    if (found.equals(context.root())) {
      copy.contents(found, folder);
    } else {
      Path target = folder.resolve(inside);
      copy.makeFolders(folder, target.resolveSibling(".").normalize());
      copy.one(found, target);
    }
    MountSource source = new MountSource(new Snapshot(List.of(folder)), inside.toString());
    made.put(found, source);
    return source;
  }
}
