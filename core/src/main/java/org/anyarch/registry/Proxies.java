package org.anyarch.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The proxies of `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, as curl(1) reads them;
/// the names in capitals count too.
public final class Proxies extends ProxySelector {
  private final Map<String, String> environment;

  private Proxies(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  public static Proxies of(Map<String, String> environment) {
    return new Proxies(environment);
  }

  private String variable(String name) {
    String lower = environment.getOrDefault(name, "");
    return lower.isEmpty() ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "") : lower;
  }

  @Override
  public List<Proxy> select(URI uri) {
    String text = variable(uri.getScheme() + "_proxy");
    text = text.isEmpty() ? variable("all_proxy") : text;
    if (text.isEmpty() || isDirect(uri.getHost())) {
      return List.of(Proxy.NO_PROXY);
    }
    URI proxy = URI.create(text.contains("://") ? text : "http://" + text);
    int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
    return List.of(
        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port)));
  }

  private boolean isDirect(String host) {
    if (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]")) {
      return true;
    }
    for (String entry : variable("no_proxy").split("[,\\s]+", -1)) {
      String name = entry.startsWith(".") ? entry.substring(1) : entry;
      if (name.equals("*")
          || (!name.isEmpty() && (host.equalsIgnoreCase(name) || endsWith(host, "." + name)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean endsWith(String host, String end) {
    return host.toLowerCase(Locale.ROOT).endsWith(end.toLowerCase(Locale.ROOT));
  }

  /// The client reports the failure itself.
  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
}
