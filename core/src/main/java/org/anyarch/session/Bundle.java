package org.anyarch.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The bundle of a container that somebody else is about to have a runtime create.
public final class Bundle {
  private static final String CONFIG = "config.json";

  private final Path folder;
  private final ObjectNode config;

  private Bundle(Path folder, ObjectNode config) {
    this.folder = folder;
    this.config = config;
  }

  /// @throws IOException if there is no configuration that could be read
  public static Bundle read(Path folder) throws IOException {
    Path file = folder.resolve(CONFIG);
    try {
      if (JsonMapper.shared().readTree(Files.readAllBytes(file)) instanceof ObjectNode config) {
        return new Bundle(folder, config);
      }
    } catch (JacksonException e) {
      throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
    }
    throw new IOException(file + " is not a configuration");
  }

  /// The folder that the container's root is mounted from.
  public Optional<Path> root() {
    String path = config.path("root").path("path").asString("");
    return path.isEmpty() || path.indexOf('\0') >= 0
        ? Optional.empty()
        : Optional.of(folder.resolve(path).normalize());
  }

  /// Whether it has the network of whoever starts it.
  public boolean hasCallersNetwork() {
    for (JsonNode namespace : config.path("linux").path("namespaces")) {
      if (namespace.path("type").asString("").equals("network")) {
        return false;
      }
    }
    return true;
  }

  /// Whether something can be mounted below /dev without a trace in its root, and nothing of
  /// anyarch's own is yet.
  public boolean takesTwins() {
    boolean ownDevices = false;
    for (JsonNode mount : config.path("mounts")) {
      String target = mount.path("destination").asString("");
      if (target.startsWith("/dev/.anyarch") || target.startsWith("/dev/anyarch")) {
        return false;
      }
      ownDevices |= target.equals("/dev") && mount.path("type").asString("").equals("tmpfs");
    }
    return ownDevices;
  }

  /// Writes the configuration to another file, with which more is shown in the container.
  public void write(Path file, List<ContainerSpec.Bind> binds) throws IOException {
    ObjectNode more = config.deepCopy();
    ArrayNode mounts = more.withArray("/mounts");
    for (ContainerSpec.Bind bind : binds) {
      ObjectNode mount =
          mounts
              .addObject()
              .put("destination", bind.target())
              .put("type", "bind")
              .put("source", bind.source().toString());
      List.of("rbind", "nosuid", "nodev", bind.writable() ? "rw" : "ro")
          .forEach(mount.putArray("options")::add);
    }
    // It may hold secrets, in variables.
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, JsonMapper.shared().writeValueAsBytes(more));
  }
}
