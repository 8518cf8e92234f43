package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Path;
import org.anyarch.kernel.Views;
import org.anyarch.oci.RootPath;

/// How the host sees its file system, and the way there from here. Files of the host are reached
/// through [#path]; only what depends on the host's own paths or mounts is done in its view.
public sealed interface HostView {
  /// Where the host's file `path` can be found from here; symbolic links lead as they do on the
  /// host.
  Path path(String path) throws IOException;

  /// The same without following `path` itself if it is a symbolic link.
  Path link(String path) throws IOException;

  /// Does a little in the host's view; see [Views].
  <T> T in(Views views, Views.Work<T> work) throws IOException;

  /// The mount table of the host, as a file that can be read from here.
  Path mountTable();

  /// This process is on the host, or there is no host to be seen from here.
  record Here() implements HostView {
    @Override
    public Path path(String path) {
      return Path.of(path);
    }

    @Override
    public Path link(String path) {
      return Path.of(path);
    }

    @Override
    public <T> T in(Views views, Views.Work<T> work) throws IOException {
      return work.run();
    }

    @Override
    public Path mountTable() {
      return Path.of("/proc/self/mountinfo");
    }
  }

  /// The host's first process lives in another mount namespace.
  ///
  /// @param process its folder in a proc file system, for instance /proc/1
  record MountNamespaceOf(Path process) implements HostView {
    @Override
    public Path path(String path) throws IOException {
      return RootPath.resolve(process.resolve("root"), path);
    }

    @Override
    public Path link(String path) throws IOException {
      return RootPath.resolveParent(process.resolve("root"), path);
    }

    @Override
    public <T> T in(Views views, Views.Work<T> work) throws IOException {
      return views.inMountNamespace(process.resolve("ns/mnt"), work);
    }

    @Override
    public Path mountTable() {
      return process.resolve("mountinfo");
    }
  }

  /// The host's root folder is mounted here.
  record Root(Path folder) implements HostView {
    @Override
    public Path path(String path) throws IOException {
      return RootPath.resolve(folder, path);
    }

    @Override
    public Path link(String path) throws IOException {
      return RootPath.resolveParent(folder, path);
    }

    @Override
    public <T> T in(Views views, Views.Work<T> work) throws IOException {
      return views.inRoot(folder, work);
    }

    @Override
    public Path mountTable() {
      return Path.of("/proc/self/mountinfo");
    }
  }
}
