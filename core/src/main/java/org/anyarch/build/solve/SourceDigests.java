package org.anyarch.build.solve;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.anyarch.build.Meter;
import org.anyarch.kernel.Xattrs;
import org.jspecify.annotations.Nullable;

/// The digest of all that COPY and ADD take from files: paths, types, permissions, attributes,
/// where links lead, which files are one, contents, and times as far as they matter
/// ([ContextTimes]). Owners are left out, as they are by BuildKit.
final class SourceDigests {
  private static final int BUFFER = 1 << 17;

  /// Fewer files are read by one thread, before others would have started.
  private static final int WORTH_THREADS = 8;

  private final Xattrs xattrs;
  private final FileDigests known;
  private final ContextTimes times;
  private final int threads;
  private final LongFunction<Meter> reading;

  /// @param known what need not be read
  /// @param threads how many files to read at once
  /// @param reading makes what counts the bytes of files that are read, of as many as it is told
  SourceDigests(
      Xattrs xattrs,
      FileDigests known,
      ContextTimes times,
      int threads,
      LongFunction<Meter> reading) {
    this.xattrs = xattrs;
    this.known = known;
    this.times = times;
    this.threads = threads;
    this.reading = reading;
  }

  private record Found(Path path, String name, int mode, FileDigests.Identity identity, int links) {
    int type() {
      return mode & 0170000;
    }

    boolean isFolder() {
      return type() == 0040000;
    }

    boolean isFile() {
      return type() == 0100000;
    }

    boolean isLink() {
      return type() == 0120000;
    }
  }

  /// A file or folder that is taken.
  ///
  /// @param name what it is copied as
  /// @param chosen what of a folder comes along
  record Taken(Path path, String name, Selection chosen) {}

  String of(List<Taken> sources) throws IOException, InterruptedException {
    List<Found> all = new ArrayList<>();
    for (Taken source : sources) {
      // No name of a file has a slash at its front: the sources are told apart.
      Found found = found(source.path(), "/" + source.name());
      if (found.isFolder()) {
        all.add(found);
        walk(source.path(), "", source.chosen(), all);
      } else if (source.chosen().of(source.path(), false) != Selection.Verdict.LEAVE) {
        all.add(found);
      }
    }
    return digest(all, contents(all));
  }

  private static void walk(Path folder, String prefix, Selection chosen, List<Found> into)
      throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(entries::add);
    }
    entries.sort(Comparator.comparing(path -> path.getFileName().toString()));
    for (Path entry : entries) {
      Found found = found(entry, prefix + entry.getFileName());
      Selection.Verdict verdict = chosen.of(entry, found.isFolder());
      if (verdict == Selection.Verdict.LEAVE) {
        continue;
      }
      into.add(found);
      if (found.isFolder()) {
        int before = into.size();
        walk(entry, found.name() + "/", chosen, into);
        if (verdict == Selection.Verdict.LOOK_INSIDE && into.size() == before) {
          into.removeLast();
        }
      }
    }
  }

  private static Found found(Path path, String name) throws IOException {
    Map<String, Object> stat =
        Files.readAttributes(
            path, "unix:mode,size,lastModifiedTime,ctime,nlink,dev,ino", LinkOption.NOFOLLOW_LINKS);
    return new Found(
        path,
        name,
        number(stat, "mode").intValue(),
        new FileDigests.Identity(
            number(stat, "dev").longValue(),
            number(stat, "ino").longValue(),
            number(stat, "size").longValue(),
            nanos(stat, "lastModifiedTime"),
            nanos(stat, "ctime")),
        number(stat, "nlink").intValue());
  }

  private static Number number(Map<String, Object> stat, String name) {
    return (Number) Objects.requireNonNull(stat.get(name));
  }

  private static long nanos(Map<String, Object> stat, String name) {
    return ((FileTime) Objects.requireNonNull(stat.get(name))).to(TimeUnit.NANOSECONDS);
  }

  /// The digests of the files, by their places in the list.
  private byte[] @Nullable [] contents(List<Found> all) throws IOException, InterruptedException {
    byte[] @Nullable [] digests = new byte[all.size()][];
    List<Integer> unknown = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).isFile()) {
        Optional<byte[]> digest = known.find(all.get(i).identity());
        if (digest.isPresent()) {
          digests[i] = digest.get();
        } else {
          unknown.add(i);
        }
      }
    }
    if (unknown.isEmpty()) {
      return digests;
    }
    long total = unknown.stream().mapToLong(i -> all.get(i).identity().size()).sum();
    try (Meter read = reading.apply(total)) {
      read(all, unknown, digests, read);
    }
    return digests;
  }

  private void read(
      List<Found> all, List<Integer> unknown, byte[] @Nullable [] digests, LongConsumer read)
      throws IOException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    if (unknown.size() < WORTH_THREADS || threads == 1) {
      read(all, unknown, next, digests, read);
      return;
    }
    List<Future<?>> readers = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      try {
        for (int i = 0; i < threads; i++) {
          readers.add(
              pool.submit(
                  () -> {
                    read(all, unknown, next, digests, read);
                    return null;
                  }));
        }
        for (Future<?> reader : readers) {
          reader.get();
        }
      } catch (ExecutionException e) {
        pool.shutdownNow();
        switch (e.getCause()) {
          case IOException io -> throw io;
          case RuntimeException bug -> throw bug;
          case null, default -> throw new IllegalStateException(e);
        }
      } catch (InterruptedException e) {
        pool.shutdownNow();
        throw e;
      }
    }
  }

  private void read(
      List<Found> all,
      List<Integer> wanted,
      AtomicInteger next,
      byte[] @Nullable [] into,
      LongConsumer read)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int at = next.getAndIncrement(); at < wanted.size(); at = next.getAndIncrement()) {
      int place = wanted.get(at);
      Found file = all.get(place);
      long began = known.now();
      MessageDigest digest = sha256();
      describeAttributes(file.path(), digest);
      try (InputStream in = Files.newInputStream(file.path(), LinkOption.NOFOLLOW_LINKS)) {
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          digest.update(buffer, 0, count);
          read.accept(count);
          if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
          }
        }
      }
      byte[] value = digest.digest();
      into[place] = value;
      known.put(file.identity(), value, began);
    }
  }

  /// Those that are copied, as [TreeCopy] says.
  private void describeAttributes(Path path, MessageDigest digest) throws IOException {
    DataOutputStream out =
        new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    for (String name : xattrs.list(path)) {
      if (TreeCopy.isCopied(name)) {
        byte[] value = xattrs.value(path, name);
        out.writeUTF(name);
        out.writeInt(value.length);
        out.write(value);
      }
    }
    out.writeUTF("");
  }

  private String digest(List<Found> all, byte[] @Nullable [] contents) throws IOException {
    MessageDigest digest = sha256();
    DataOutputStream out =
        new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    Map<List<Long>, Integer> linked = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      Found found = all.get(i);
      out.writeUTF(found.name());
      out.writeInt(found.mode());
      out.writeLong(times.inKeys(found.identity().modifiedNanos()));
      byte[] content = contents[i];
      if (content != null) {
        out.write(content);
        Integer first =
            found.links() > 1
                ? linked.putIfAbsent(
                    List.of(found.identity().device(), found.identity().inode()), i)
                : null;
        out.writeInt(first == null ? i : first);
      } else if (found.isLink()) {
        out.writeUTF(Files.readSymbolicLink(found.path()).toString());
      } else if (found.isFolder()) {
        describeAttributes(found.path(), digest);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
