package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The networks that RUN steps can have. Root builds, since /dev/net/tun is closed to users on some
/// machines.
final class RunNetworkIT {
  private static final String OWN = Platform.host().toString();
  private final Actor actor = Machine.root();

  @BeforeEach
  void base() throws IOException, InterruptedException {
    Images.base(actor, List.of(OWN));
  }

  private Outcome build(String containerfile, String... more)
      throws IOException, InterruptedException {
    actor.write("app/Containerfile", containerfile);
    return Images.build(actor, "result", List.of(OWN), "app", more);
  }

  /// This machine as others see it, whom a private network has to reach.
  private static InetAddress address() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress())
        .findFirst()
        .orElseThrow(() -> new AssertionError("this machine has no network to try with"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"private", "pasta", "slirp4netns"})
  void aPrivateNetworkLeadsOutAndNotToTheHostsOwnPorts(String network)
      throws IOException, InterruptedException {
    ConcurrentLinkedQueue<String> callers = new ConcurrentLinkedQueue<>();
    try (ServerSocketChannel outside = listening(address(), callers, "outside");
        ServerSocketChannel inside =
            listening(InetAddress.getLoopbackAddress(), callers, "inside")) {
      Images.succeed(
          build(
              """
              FROM oci:../base
              RUN mkfifo /f && exec 3<>/f && nc -w 5 %s %d <&3 | grep hello
              RUN exec 3<>/f; timeout 3 nc -w 1 127.0.0.1 %d <&3; timeout 3 nc -w 1 10.0.2.2 %d <&3; true
              RUN ip -4 addr show tap0 | grep 10.0.2.100/24 && ip route | grep 'default via 10.0.2.2' \\
                && ping -c1 10.0.2.100 && grep -q '^nameserver [1-9]' /etc/resolv.conf && ! grep ' 127[.]' /etc/resolv.conf
              RUN --network=none test "$(grep -c : /proc/net/dev)" = 1 && test ! -s /etc/resolv.conf
              """
                  .formatted(address().getHostAddress(), port(outside), port(inside), port(inside)),
              "--network",
              network));
    }

    assertThat(callers).containsExactly("outside");
    assertThat(networks()).isEqualTo("[]");
    assertThat(build("FROM oci:../base\nRUN --network=host true\n", "--network", network).err())
        .contains("Containerfile:2:1")
        .contains("--allow network.host");
  }

  private static int port(ServerSocketChannel server) throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  private static ServerSocketChannel listening(
      InetAddress address, ConcurrentLinkedQueue<String> callers, String name) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(address, 0));
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              while (server.isOpen()) {
                try (SocketChannel caller = server.accept()) {
                  callers.add(name);
                  caller.write(ByteBuffer.wrap("hello\n".getBytes(StandardCharsets.US_ASCII)));
                } catch (IOException closed) {
                  return;
                }
              }
            });
    return server;
  }

  @Test
  void whatIsMissingForAPrivateNetworkIsSaid() throws IOException, InterruptedException {
    actor.write("app/Containerfile", "FROM oci:../base\nRUN true\n");
    List<String> anyarch =
        actor.command(
            Map.of(), "build", "--no-cache", "--network=pasta", "-o", "oci:result", "app");
    Outcome absent = hiding("/usr/bin/pasta", anyarch);
    Outcome closed = hiding("/dev/net/tun", anyarch);

    assertThat(absent.status()).as("%s", absent).isEqualTo(3);
    assertThat(absent.err()).contains("--network pasta").contains("apt-get install passt");
    assertThat(closed.status()).as("%s", closed).isEqualTo(3);
    assertThat(closed.err()).contains("Containerfile:2:1").contains("pasta").contains("tun");
  }

  /// Runs a command in a mount namespace of its own, in which a file is /dev/null's.
  private Outcome hiding(String file, List<String> command)
      throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "unshare", "-m", "sh", "-c", "mount --bind /dev/null " + file + "; exec \"$@\""));
    words.add("sh");
    words.addAll(command);
    return Processes.run(actor.folder(), actor.environment(Map.of()), "", words);
  }

  @Test
  void whatRunStartsHasTheNetworkAndTheLimitsItIsGiven() throws IOException, InterruptedException {
    Outcome none =
        actor.anyarch(
            "run",
            "--network=none",
            "--add-host=db:10.1.2.3",
            "--ulimit=nofile=99",
            "--shm-size=1m",
            "oci:base",
            "sh",
            "-c",
            "grep -c : /proc/net/dev; cat /etc/resolv.conf; grep db /etc/hosts; ulimit -n;"
                + " df -k /dev/shm | awk 'END { print $2 }'");
    Outcome own =
        actor.anyarch(
            "run",
            "--network=private",
            "oci:base",
            "sh",
            "-c",
            "ip -4 addr show tap0 | grep -o 10.0.2.100/24");

    assertThat(none.out()).as("%s", none).isEqualTo("1\n10.1.2.3\tdb\n99\n1024\n");
    assertThat(own.out()).as("%s", own).isEqualTo("10.0.2.100/24\n");
    assertThat(networks()).isEqualTo("[]");
  }

  @Test
  void aKilledBuildLeavesNoNetwork() throws IOException, InterruptedException {
    actor.write(
        "app/Containerfile",
        "FROM oci:../base\nRUN --mount=type=cache,target=/c touch /c/there; sleep 100000\n");
    ProcessBuilder builder =
        new ProcessBuilder(
                actor.command(
                    Map.of(), "build", "-q", "--network=private", "-o", "oci:result", "app"))
            .directory(actor.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(Path.of("/dev/null").toFile());
    builder.environment().putAll(actor.environment(Map.of()));
    Process build = builder.start();
    try {
      RunMountsIT.awaitFile(actor, "there");
      assertThat(networks()).isNotEqualTo("[]");
    } finally {
      build.destroyForcibly().waitFor();
    }

    RunMountsIT.await(() -> networks().equals("[]"));
  }

  /// What carries networks for builds of this actor.
  private String networks() throws IOException {
    return String.valueOf(Machine.host(actor.home() + "/run/network-").get("processes"));
  }
}
