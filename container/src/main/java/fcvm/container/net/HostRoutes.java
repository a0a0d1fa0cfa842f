package fcvm.container.net;

import fcvm.container.ContainerException;
import fcvm.container.net.Subnet.AddressRange;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Which IPv4 addresses this computer reaches by a route of their own, and so are not free.
final class HostRoutes {
  /// A network's of eight bits. What is larger is a default route by halves, as VPNs have it.
  private static final long LARGEST = 1L << 24;

  private HostRoutes() {}

  static List<AddressRange> taken(HostCommand ip) throws IOException, ContainerException {
    return parse(ip.run("", "-4", "route", "show", "table", "all"));
  }

  /// Reads lines as `172.30.0.4/30 dev veth0 …` and `local 127.0.0.1 dev lo …`; the default route
  /// is everybody's.
  static List<AddressRange> parse(String routes) {
    List<AddressRange> taken = new ArrayList<>();
    for (String line : routes.lines().toList()) {
      for (String word : line.strip().split(" ", 3)) {
        if (word.matches("\\d+\\.\\d+\\.\\d+\\.\\d+(/\\d+)?")) {
          AddressRange range = range(word);
          if (range.last() - range.first() <= LARGEST) {
            taken.add(range);
          }
          break;
        }
      }
    }
    return taken;
  }

  private static AddressRange range(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    int prefix = slash < 0 ? Integer.SIZE : Integer.parseInt(text.substring(slash + 1));
    int address = ByteBuffer.wrap(Inet4Address.ofLiteral(literal).getAddress()).getInt();
    return AddressRange.of(address, prefix);
  }
}
