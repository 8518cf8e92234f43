package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.anyarch.build.BuildException;
import org.anyarch.build.Progress;
import org.anyarch.build.containerfile.Mount;
import org.anyarch.build.plan.CopySource;
import org.anyarch.build.plan.PlannedMount;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.Kernel;
import org.anyarch.kernel.Mounts;
import org.anyarch.oci.RootPath;
import org.anyarch.session.ContainerSpec;

/// The mounts that one RUN asks for, made ready in the session and taken down when it has ended, by
/// the thread that made them. Each is shown to the container by a bind mount.
final class StepMounts implements AutoCloseable {
  private static final int SECRET_MODE = 0400;
  private static final int CACHE_MODE = 0755;

  /// What is ready to be shown, and the environment variables that go with it.
  private final List<ContainerSpec.Bind> binds = new ArrayList<>();

  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Deque<Undo> undo = new ArrayDeque<>();
  private final Shop shop;
  private final PlannedStep.RunStep step;
  private final MountSource.Finder finder;
  private final Progress.Step progress;

  private interface Undo {
    void run() throws IOException;
  }

  /// What all steps of a build make their mounts from.
  record Shop(
      Kernel kernel,
      Store store,
      Overlays overlays,
      Path scratch,
      CacheFolders caches,
      RunSettings settings,
      AtomicInteger next) {

    /// Makes the step's mounts ready, waiting for its caches.
    StepMounts open(PlannedStep.RunStep step, MountSource.Finder finder, Progress.Step progress)
        throws IOException, BuildException, InterruptedException {
      StepMounts mounts = new StepMounts(this, step, finder, progress);
      boolean done = false;
      try {
        mounts.make();
        done = true;
      } finally {
        if (!done) {
          mounts.close();
        }
      }
      return mounts;
    }

    private Path folder(String what) throws IOException {
      return Files.createDirectory(scratch.resolve(what + "-" + next.incrementAndGet()));
    }
  }

  private StepMounts(
      Shop shop, PlannedStep.RunStep step, MountSource.Finder finder, Progress.Step progress) {
    this.shop = shop;
    this.step = step;
    this.finder = finder;
    this.progress = progress;
  }

  List<ContainerSpec.Bind> binds() {
    return List.copyOf(binds);
  }

  Map<String, String> environment() {
    return environment;
  }

  private void make() throws IOException, BuildException, InterruptedException {
    Map<String, Path> caches = takeCaches();
    for (PlannedMount planned : step.setup().mounts()) {
      try {
        switch (planned.mount()) {
          case Mount.Bind bind -> bind(bind, planned);
          case Mount.Cache cache ->
              show(
                  Objects.requireNonNull(caches.get(key(cache, planned))),
                  planned,
                  cache.writable());
          case Mount.Tmpfs tmpfs -> tmpfs(tmpfs, planned);
          case Mount.Secret secret -> secret(secret, planned);
          case Mount.Ssh ssh -> ssh(ssh, planned);
        }
      } catch (IOException e) {
        throw fault(planned.mount(), Failures.describe(e), e);
      }
    }
  }

  private static BuildException fault(Mount mount, String what) {
    return new BuildException(mount.location() + ": RUN --mount: " + what);
  }

  private static BuildException fault(Mount mount, String what, Exception cause) {
    return new BuildException(mount.location() + ": RUN --mount: " + what, cause);
  }

  private void show(Path source, PlannedMount planned, boolean writable) {
    binds.add(new ContainerSpec.Bind(source, planned.target(), writable));
  }

  private void bind(Mount.Bind bind, PlannedMount planned)
      throws IOException, BuildException, InterruptedException {
    MountSource source = finder.find(planned.source().orElseThrow(), bind.source());
    show(opened(source, bind, planned, bind.writable()), planned, bind.writable());
  }

  /// Where the source's files are as long as the step runs.
  private Path opened(MountSource source, Mount mount, PlannedMount planned, boolean writable)
      throws IOException, BuildException {
    Path root;
    if (writable) {
      Path changes = shop.store().workFolder("discarded-" + shop.next().incrementAndGet());
      undo.push(() -> Trees.delete(changes));
      Overlays.Mounted mounted = shop.overlays().writable(source.snapshot(), changes);
      undo.push(mounted::close);
      root = mounted.root();
    } else {
      Overlays.Mounted mounted = shop.overlays().readable(source.snapshot());
      undo.push(mounted::close);
      root = mounted.root();
    }
    Path path = RootPath.resolve(root, source.path());
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw fault(
          mount,
          "\""
              + source.path()
              + "\" is not in "
              + planned.source().map(CopySource::inWords).orElse("it"));
    }
    return path;
  }

  private String key(Mount.Cache cache, PlannedMount planned)
      throws IOException, BuildException, InterruptedException {
    List<String> parts =
        List.of(
            cache.id().isEmpty() ? planned.target() : cache.id(),
            planned.source().isPresent() ? finder.key(planned.source().get()) : "",
            cache.source(),
            cache.owner().toString());
    StringBuilder key = new StringBuilder();
    parts.forEach(part -> key.append(part.length()).append(':').append(part));
    return key.toString();
  }

  /// In the order of their keys, so that no two steps wait for each other; one that is mounted
  /// twice is taken once, as the stricter of the two asks.
  private Map<String, Path> takeCaches() throws IOException, BuildException, InterruptedException {
    Map<String, PlannedMount> wanted = new TreeMap<>();
    Map<String, Mount.Sharing> sharing = new HashMap<>();
    for (PlannedMount planned : step.setup().mounts()) {
      if (planned.mount() instanceof Mount.Cache cache) {
        String key = key(cache, planned);
        wanted.putIfAbsent(key, planned);
        sharing.merge(key, cache.sharing(), (one, other) -> one.compareTo(other) > 0 ? one : other);
      }
    }
    Map<String, Path> folders = new HashMap<>();
    for (Map.Entry<String, PlannedMount> entry : wanted.entrySet()) {
      PlannedMount planned = entry.getValue();
      Mount.Cache cache = (Mount.Cache) planned.mount();
      Optional<MountSource> content = Optional.empty();
      if (planned.source().isPresent()) {
        content = Optional.of(finder.find(planned.source().get(), cache.source()));
      }
      Path first = null;
      if (content.isPresent()) {
        first = opened(content.get(), cache, planned, false);
        if (!Files.isDirectory(first)) {
          throw fault(
              cache, "the source of a cache is a folder, and " + cache.source() + " is not");
        }
      }
      Path seed = first;
      CacheFolders.Used used =
          shop.caches()
              .use(
                  entry.getKey(),
                  "cache mount " + (cache.id().isEmpty() ? planned.target() : cache.id()),
                  sharing.getOrDefault(entry.getKey(), cache.sharing()),
                  empty -> {
                    if (seed != null) {
                      CacheSeed.copy(shop.kernel(), seed, empty, progress::warning);
                    } else {
                      own(empty, cache.owner(), CACHE_MODE);
                    }
                  });
      undo.push(used::close);
      folders.put(entry.getKey(), used.folder());
    }
    return folders;
  }

  private void tmpfs(Mount.Tmpfs tmpfs, PlannedMount planned) throws IOException {
    Path folder = shop.folder("tmpfs");
    Mounts mounts = shop.kernel().mounts();
    String size = tmpfs.size().isPresent() ? ",size=" + tmpfs.size().getAsLong() : "";
    mounts.mount(
        "anyarch",
        folder,
        "tmpfs",
        Set.of(Mounts.Flag.NO_SUID, Mounts.Flag.NO_DEV),
        "mode=1777" + size);
    undo.push(() -> mounts.unmount(folder));
    show(folder, planned, tmpfs.writable());
  }

  private void secret(Mount.Secret secret, PlannedMount planned)
      throws IOException, BuildException {
    Optional<byte[]> content = shop.settings().secret(secret.id());
    if (content.isEmpty()) {
      if (secret.required()) {
        throw fault(
            secret,
            "the secret "
                + secret.id()
                + " is required; give it: --secret id="
                + secret.id()
                + ",src=FILE or --secret id="
                + secret.id()
                + ",env=NAME");
      }
      return;
    }
    if (secret.variable().isPresent()) {
      String text = new String(content.get(), StandardCharsets.UTF_8);
      if (text.indexOf('\0') >= 0) {
        throw fault(
            secret,
            "the secret " + secret.id() + " has a NUL, which no variable can have; drop env=");
      }
      environment.put(secret.variable().get(), text);
    }
    if (secret.isFile()) {
      // The scratch folder is memory, and nobody else may look into it.
      Path file = shop.folder("secret").resolve("content");
      undo.push(() -> Files.deleteIfExists(file));
      Files.write(file, content.get());
      own(file, secret.owner(), SECRET_MODE);
      show(file, planned, false);
    }
  }

  private void ssh(Mount.Ssh ssh, PlannedMount planned) throws IOException, BuildException {
    Path agent = shop.settings().agents().get(ssh.id());
    if (agent == null) {
      if (ssh.required()) {
        throw fault(
            ssh,
            "an SSH agent "
                + ssh.id()
                + " is required; give it: --ssh "
                + ssh.id()
                + (ssh.id().equals("default") ? "" : "=SOCKET"));
      }
      return;
    }
    Path file = shop.folder("ssh").resolve("agent");
    undo.push(AgentSocket.open(file, agent, ssh.owner(), progress)::close);
    environment.putIfAbsent("SSH_AUTH_SOCK", planned.target());
    show(file, planned, true);
  }

  private static void own(Path path, Mount.Ownership owner, int mode) throws IOException {
    Files.setAttribute(path, "unix:uid", owner.uid());
    Files.setAttribute(path, "unix:gid", owner.gid());
    Files.setAttribute(path, "unix:mode", owner.mode().orElse(mode));
  }

  /// Everything is tried; the first failure is thrown.
  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!undo.isEmpty()) {
      try {
        undo.pop().run();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
