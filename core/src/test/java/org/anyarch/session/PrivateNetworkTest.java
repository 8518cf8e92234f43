package org.anyarch.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How a carrier is chosen; what it carries is tried in the integration tests.
final class PrivateNetworkTest {
  @TempDir private Path folder;

  private PrivateNetwork.Carrier find(PrivateNetwork.Kind... kinds) throws SessionException {
    return PrivateNetwork.Carrier.find(Map.of("PATH", folder.toString()), List.of(kinds));
  }

  @Test
  void theOneOnThePathIsTaken() throws IOException, SessionException {
    Path program = Files.createFile(folder.resolve("slirp4netns"));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));

    assertThat(find(PrivateNetwork.Kind.SLIRP4NETNS))
        .isEqualTo(new PrivateNetwork.Carrier(PrivateNetwork.Kind.SLIRP4NETNS, program));
  }
}
