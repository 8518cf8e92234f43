package org.anyarch.build.fetch;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.anyarch.build.Meter;
import org.anyarch.build.Progress;
import org.anyarch.build.plan.CopyOptions;
import org.anyarch.build.plan.RemoteSource;
import org.anyarch.registry.Proxies;

/// Fetches remote sources, each once a build, also when several platforms or steps name it.
public final class Fetcher {
  /// A server that sends nothing for so long sends nothing any more.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private record Request(RemoteSource source, String checksum, boolean keepGitDir) {}

  private final Path work;
  private final Progress progress;
  private final UrlFetch urls;
  private final GitFetch repositories;
  private final AtomicInteger next = new AtomicInteger();
  private final ConcurrentMap<Request, Object> underWay = new ConcurrentHashMap<>();
  private final ConcurrentMap<Request, Fetched> done = new ConcurrentHashMap<>();

  /// @param work where fetched files lie until the build ends
  /// @param environment says which proxies there are and how git finds its settings
  /// @param progress told of what is fetched
  public Fetcher(Path work, Map<String, String> environment, Progress progress) {
    this.work = work;
    this.progress = progress;
    this.urls = new UrlFetch(Proxies.of(environment), PATIENCE);
    this.repositories = new GitFetch(environment);
  }

  /// @throws IOException that says what could not be fetched and why
  public Fetched fetch(RemoteSource source, CopyOptions options)
      throws IOException, InterruptedException {
    boolean keep =
        source instanceof RemoteSource.Git git
            && git.keepGitDir().or(options::keepGitDir).orElse(false);
    Request request = new Request(source, options.checksum(), keep);
    synchronized (underWay.computeIfAbsent(request, _ -> new Object())) {
      Fetched known = done.get(request);
      if (known == null) {
        Path folder = Files.createDirectories(work.resolve(String.valueOf(next.incrementAndGet())));
        known =
            switch (source) {
              case RemoteSource.Url url ->
                  urls.fetch(url, options.checksum(), folder, total -> meter(url.shown(), total));
              case RemoteSource.Git git -> {
                // git tells nobody how many bytes there are.
                try (Meter _ = meter(git.shown(), OptionalLong.empty())) {
                  yield repositories.fetch(git, options.checksum(), keep, folder);
                }
              }
            };
        done.put(request, known);
      }
      return known;
    }
  }

  /// Fetches a file that is known by its digest; nobody waits for it.
  ///
  /// @param sha256 in hexadecimal
  /// @throws IOException that says what could not be fetched and why
  public Path fetch(URI uri, String sha256, Path folder) throws IOException, InterruptedException {
    RemoteSource.Url url = new RemoteSource.Url(uri, "");
    Meter unheard = new Meter(Progress.Transfer.UNHEARD);
    return urls.fetch(url, "sha256:" + sha256, folder, _ -> unheard).path();
  }

  private Meter meter(String what, OptionalLong total) {
    return new Meter(progress.transfer("", "fetching " + what, total));
  }
}
