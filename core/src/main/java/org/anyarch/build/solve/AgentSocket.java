package org.anyarch.build.solve;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.anyarch.build.Progress;
import org.anyarch.build.containerfile.Mount;
import org.anyarch.kernel.Failures;

/// A socket that a step may use and that leads to the caller's SSH agent. Not the agent's own: that
/// belongs to the caller, and an agent answers nobody else.
final class AgentSocket implements AutoCloseable {
  private static final int DEFAULT_MODE = 0600;

  private final ServerSocketChannel server;
  private final Path agent;
  private final Path file;
  private final Progress.Step progress;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  private AgentSocket(ServerSocketChannel server, Path agent, Path file, Progress.Step progress) {
    this.server = server;
    this.agent = agent;
    this.file = file;
    this.progress = progress;
  }

  /// Listens at `file`.
  static AgentSocket open(Path file, Path agent, Mount.Ownership owner, Progress.Step progress)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    AgentSocket socket = new AgentSocket(server, agent, file, progress);
    try {
      server.bind(UnixDomainSocketAddress.of(file));
      Files.setAttribute(file, "unix:uid", owner.uid());
      Files.setAttribute(file, "unix:gid", owner.gid());
      Files.setAttribute(file, "unix:mode", owner.mode().orElse(DEFAULT_MODE));
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
    start("agent " + file.getFileName(), socket::accept);
    return socket;
  }

  private static void start(String name, Runnable work) {
    Thread.ofPlatform().daemon().name(name).start(work);
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel caller = server.accept();
        open.add(caller);
        start("to the agent", () -> serve(caller));
      } catch (IOException e) {
        // At the end of the step the socket is closed under us.
        if (server.isOpen()) {
          progress.warning("no connection to the SSH agent: " + Failures.describe(e));
        }
      }
    }
  }

  private void serve(SocketChannel caller) {
    try (caller;
        SocketChannel answers = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      open.add(answers);
      answers.connect(UnixDomainSocketAddress.of(agent));
      start("from the agent", () -> pass(answers, caller));
      pass(caller, answers);
      open.remove(answers);
    } catch (IOException e) {
      progress.warning("the SSH agent " + agent + " cannot be reached: " + Failures.describe(e));
    } finally {
      open.remove(caller);
    }
  }

  /// Until one of the two hangs up; then both are done.
  private void pass(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    try (from;
        to) {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException hungUp) {
      // Programs that ask agents leave in the middle all the time.
      return;
    }
  }

  private void closeAll() {
    for (SocketChannel channel : open) {
      try {
        channel.close();
      } catch (IOException e) {
        progress.warning("a connection to the SSH agent: " + Failures.describe(e));
      }
    }
    open.clear();
  }

  @Override
  public void close() throws IOException {
    server.close();
    closeAll();
    Files.deleteIfExists(file);
  }
}
