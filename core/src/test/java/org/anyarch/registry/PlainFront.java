package org.anyarch.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/// Stands before a server of plain HTTP and answers TLS with 400, as those of Go do: Java's own
/// waits for the end of a line that TLS never sends.
final class PlainFront implements AutoCloseable {
  private static final int TLS_HANDSHAKE = 22;

  private final ServerSocket socket;
  private final InetSocketAddress server;

  PlainFront(InetSocketAddress server) throws IOException {
    this.server = server;
    this.socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String host() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (SocketException closed) {
      return;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = client.getInputStream();
      int first = in.read();
      if (first == TLS_HANDSHAKE) {
        client
            .getOutputStream()
            .write("HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return;
      }
      try (Socket behind = new Socket(server.getAddress(), server.getPort())) {
        Thread back =
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        behind.getInputStream().transferTo(client.getOutputStream());
                      } catch (IOException ended) {
                        return;
                      }
                    });
        behind.getOutputStream().write(first);
        in.transferTo(behind.getOutputStream());
        back.join();
      }
    } catch (IOException | InterruptedException ended) {
      return;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
