package org.anyarch.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NameServersTest {
  @TempDir private Path folder;

  private String text(Confinement.Network network, String resolver, String resolved)
      throws IOException {
    Path systemd = Files.createDirectories(folder.resolve("run/systemd/resolve"));
    Files.writeString(systemd.resolve("resolv.conf"), resolved);
    Path etc = Files.createDirectories(folder.resolve("etc"));
    Files.writeString(etc.resolve("resolv.conf"), resolver);
    return new NameServers(etc, folder.resolve("run")).text(network);
  }

  @Test
  void theHostsNetworkHasTheHostsServers() throws IOException {
    assertThat(text(Confinement.Network.HOST, "# why\nnameserver 127.0.0.53\n", ""))
        .isEqualTo("# why\nnameserver 127.0.0.53\n");
  }

  @Test
  void noNetworkHasNoServers() throws IOException {
    assertThat(text(Confinement.Network.NONE, "nameserver 1.2.3.4\n", "")).isEmpty();
  }

  @Test
  void aPrivateNetworkHasThoseItCanReach() throws IOException {
    assertThat(
            text(
                Confinement.Network.PRIVATE,
                "nameserver 127.0.0.1\nnameserver 1.2.3.4\nnameserver fd00::1\nsearch a b\noptions ndots:2\n",
                "nameserver 5.6.7.8\n"))
        .isEqualTo("nameserver 1.2.3.4\nsearch a b\noptions ndots:2\n");
  }

  @Test
  void systemdResolvedIsLookedBehind() throws IOException {
    assertThat(
            text(
                Confinement.Network.PRIVATE,
                "nameserver 127.0.0.53\noptions edns0\n",
                "nameserver 5.6.7.8\n"))
        .isEqualTo("nameserver 5.6.7.8\noptions edns0\n");
  }

  @Test
  void aServerOfTheHostsOwnIsAskedThroughTheCarrier() throws IOException {
    assertThat(text(Confinement.Network.PRIVATE, "nameserver 127.0.0.1\n", ""))
        .isEqualTo("nameserver 10.0.2.3\n");
  }

  @Test
  void aHostWithoutTheFileIsOneWithoutServers() throws IOException {
    assertThat(new NameServers(folder, folder).text(Confinement.Network.HOST)).isEmpty();
  }
}
