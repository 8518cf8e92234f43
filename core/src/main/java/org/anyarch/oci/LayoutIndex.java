package org.anyarch.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.anyarch.kernel.Failures;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The files `oci-layout` and `index.json` of a layout. The former never changes, so it carries the
/// lock under which the latter is replaced.
final class LayoutIndex {
  static final String MARKER = "oci-layout";

  private static final String NAME = "org.opencontainers.image.ref.name";
  private static final String CONTAINERD_NAME = "io.containerd.image.name";
  private static final byte[] MARKER_CONTENT =
      "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);

  // The grammar that the specification gives for the annotation.
  private static final Pattern NAMES =
      Pattern.compile(
          "[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*"
              + "(?:/[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*)*");
  private static final int LONGEST_NAME = 512;

  // File locks belong to the whole process, and closing any channel of a file gives up the locks
  // that the process has on it. So the threads of this process take turns around every use of the
  // marker file; layouts that share one of these only wait longer than they need.
  private static final List<Object> TURNS =
      IntStream.range(0, 64).mapToObj(i -> new Object()).toList();

  private final Path root;

  LayoutIndex(Path root) {
    this.root = root;
  }

  private interface Action {
    void run() throws IOException;
  }

  private void locked(Action action) throws IOException {
    synchronized (turn()) {
      try (FileChannel marker =
              FileChannel.open(marker(), StandardOpenOption.READ, StandardOpenOption.WRITE);
          FileLock lock = marker.lock()) {
        Objects.requireNonNull(lock);
        action.run();
      }
    }
  }

  private Object turn() throws IOException {
    Object key = Files.readAttributes(root, BasicFileAttributes.class).fileKey();
    return TURNS.get(Math.floorMod(Objects.hashCode(key), TURNS.size()));
  }

  /// @param lasting whether it is there after a crash of the machine
  void create(boolean lasting) throws IOException {
    synchronized (turn()) {
      try (FileChannel marker =
              FileChannel.open(
                  marker(),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE);
          FileLock lock = marker.lock()) {
        Objects.requireNonNull(lock);
        if (marker.size() == 0) {
          marker.write(ByteBuffer.wrap(MARKER_CONTENT));
          if (lasting) {
            marker.force(true);
          }
        }
        if (Files.notExists(file())) {
          createEmpty(lasting);
        }
      }
    }
    checkMarker();
    read();
  }

  private void createEmpty(boolean lasting) throws IOException {
    byte[] content = Index.of(List.of()).bytes();
    if (lasting) {
      Partial.replace(file(), content);
    } else {
      Files.write(file(), content);
    }
  }

  void delete() throws IOException {
    Files.deleteIfExists(file());
    Files.deleteIfExists(marker());
  }

  void checkMarker() throws IOException {
    byte[] content;
    synchronized (turn()) {
      content = content(marker());
    }
    String what = marker().toString();
    String version = Json.textIn(Json.object(content, what), "imageLayoutVersion", what);
    if (!version.equals("1.0.0")) {
      throw new OciException(
          what + " says version " + Quoted.name(version) + "; only 1.0.0 can be read.");
    }
  }

  Index read() throws OciException {
    try {
      return Index.from(content(file()), file().toString());
    } catch (OciException e) {
      throw e;
    } catch (IOException e) {
      throw new OciException(
          "cannot read "
              + file()
              + ": the OCI image layout is incomplete ("
              + Failures.describe(e)
              + ").",
          e);
    }
  }

  /// A whole name goes before a tag: `1` may be one image's name and another's tag.
  Optional<Descriptor> named(String name) throws OciException {
    List<Descriptor> whole = annotated(CONTAINERD_NAME, name);
    List<Descriptor> found = whole.isEmpty() ? annotated(NAME, name) : whole;
    if (found.stream().map(Descriptor::digest).distinct().count() > 1) {
      throw new OciException(
          file()
              + " gives the name "
              + Quoted.name(name)
              + " to "
              + found.size()
              + " images. Remove all but one of these entries.");
    }
    return found.stream().findFirst();
  }

  private List<Descriptor> annotated(String key, String value) throws OciException {
    return read().manifests().stream()
        .filter(entry -> value.equals(entry.annotations().get(key)))
        .toList();
  }

  List<String> names() throws OciException {
    TreeSet<String> names = new TreeSet<>();
    for (Descriptor entry : read().manifests()) {
      Map<String, String> annotations = entry.annotations();
      String tag = annotations.getOrDefault(NAME, entry.digest().toString());
      names.add(annotations.getOrDefault(CONTAINERD_NAME, tag));
    }
    return List.copyOf(names);
  }

  /// @param name may be empty: an image without a name
  static void requireName(String name) throws OciException {
    if (name.isEmpty()) {
      return;
    }
    if (name.length() > LONGEST_NAME || !NAMES.matcher(name).matches()) {
      throw new OciException(
          Quoted.name(name)
              + " cannot name an image in an OCI image layout: letters and digits, separated by"
              + " one of -._:@+/ each, are allowed.");
    }
  }

  void tag(String name, Descriptor image) throws IOException {
    requireName(name);
    locked(
        () -> {
          String what = file().toString();
          ObjectNode index = Json.object(content(file()), what);
          List<JsonNode> kept = new ArrayList<>();
          for (ObjectNode entry : Json.objectsIn(index, "manifests", what)) {
            Map<String, String> annotations = Json.textMapIn(entry, "annotations", what);
            if (!isNamed(annotations, name)) {
              kept.add(entry);
              if (!name.isEmpty() && reference(name).equals(annotations.get(NAME))) {
                // Other tools know an image by its tag alone, so that may be there only once.
                entry.withObject("annotations").remove(NAME);
              }
            }
          }
          Descriptor named =
              name.isEmpty()
                  ? image
                  : image
                      .withAnnotation(CONTAINERD_NAME, name)
                      .withAnnotation(NAME, reference(name));
          kept.add(named.json());
          // Entries of other tools stay as they are, with fields that Descriptor does not know.
          ArrayNode manifests = Json.newArray();
          manifests.addAll(kept);
          index.set("manifests", manifests);
          Partial.replace(file(), Json.bytes(index));
        });
  }

  /// Whether these annotations are those of the image that `name` is to replace. Other tools'
  /// entries may have the tag alone.
  private static boolean isNamed(Map<String, String> annotations, String name) {
    String whole = annotations.get(CONTAINERD_NAME);
    if (name.isEmpty()) {
      return whole == null && !annotations.containsKey(NAME);
    }
    return whole == null ? reference(name).equals(annotations.get(NAME)) : name.equals(whole);
  }

  /// The tag of `NAME[:TAG]`, which is what tools that read layouts look for.
  private static String reference(String name) {
    int colon = name.lastIndexOf(':');
    return colon > name.lastIndexOf('/') ? name.substring(colon + 1) : "latest";
  }

  private static byte[] content(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString());
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(Json.LARGEST_DOCUMENT + 1);
    }
  }

  private Path marker() {
    return root.resolve(MARKER);
  }

  private Path file() {
    return root.resolve("index.json");
  }
}
