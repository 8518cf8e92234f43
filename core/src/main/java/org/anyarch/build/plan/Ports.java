package org.anyarch.build.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.Location;

/// EXPOSE's `80`, `80/udp`, `8000-8010/tcp`. What stands before a last colon, an address or a port
/// of a host, is passed over as BuildKit does.
final class Ports {
  private static final Pattern PORTS =
      Pattern.compile("(?:[0-9a-f.:\\[\\]-]*:)?(\\d{1,5})(?:-(\\d{1,5}))?(?:/(tcp|udp|sctp))?");
  private static final int LAST = 65535;

  private Ports() {}

  static List<String> parse(String text, Location location) throws ContainerfileException {
    Matcher matcher = PORTS.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new ContainerfileException(
          location, "EXPOSE " + text + ": say PORT, PORT/udp or FIRST-LAST");
    }
    int first = Integer.parseInt(matcher.group(1));
    int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
    if (first > last || last > LAST) {
      throw new ContainerfileException(
          location,
          "EXPOSE " + text + ": ports go from 0 to " + LAST + ", the first before the last");
    }
    String protocol = matcher.group(3) == null ? "tcp" : matcher.group(3);
    List<String> ports = new ArrayList<>();
    for (int port = first; port <= last; port++) {
      ports.add(port + "/" + protocol);
    }
    return ports;
  }
}
