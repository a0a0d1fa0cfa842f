package fcvm.container.net;

import fcvm.linux.NetworkNamespace;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/// A computer with a neighbour, in two namespaces: what a network does to its host is done to this
/// one.
final class Lab implements AutoCloseable {
  static final Inet4Address HOST = Inet4Address.ofLiteral("198.51.100.1");
  static final Inet4Address WORLD = Inet4Address.ofLiteral("198.51.100.2");
  static final Inet4Address LOOPBACK = Inet4Address.ofLiteral("127.0.0.1");

  /// Whether this computer's kernel has IPv6, which both then have, too.
  static final boolean HAS_IPV6 = Files.exists(Path.of("/proc/net/if_inet6"));

  static final InetAddress HOST_IPV6 = InetAddress.ofLiteral("2001:db8::1");
  static final InetAddress WORLD_IPV6 = InetAddress.ofLiteral("2001:db8::2");

  final NetworkNamespace host;
  final NetworkNamespace world;

  Lab() throws IOException {
    host = NetworkNamespace.make();
    world = NetworkNamespace.make();
    String far = "/proc/" + ProcessHandle.current().pid() + "/fd/" + world.fd().number();
    ip(host, "link", "add", "ext0", "type", "veth", "peer", "name", "ext0", "netns", far);
    ip(host, "address", "add", HOST.getHostAddress() + "/24", "dev", "ext0");
    ip(world, "address", "add", WORLD.getHostAddress() + "/24", "dev", "ext0");
    for (NetworkNamespace one : new NetworkNamespace[] {host, world}) {
      ip(one, "link", "set", "lo", "up");
      ip(one, "link", "set", "ext0", "up");
    }
    ip(host, "route", "add", "default", "via", WORLD.getHostAddress());
    if (HAS_IPV6) {
      ip(host, "address", "add", HOST_IPV6.getHostAddress() + "/64", "dev", "ext0", "nodad");
      ip(world, "address", "add", WORLD_IPV6.getHostAddress() + "/64", "dev", "ext0", "nodad");
      ip(host, "route", "add", "default", "via", WORLD_IPV6.getHostAddress());
    }
  }

  static void ip(NetworkNamespace where, String... arguments) throws IOException {
    on(where, () -> HostCommand.find("ip", "iproute2").run("", arguments));
  }

  /// Something that a network does.
  interface Act<T> {
    T act() throws Exception;
  }

  /// Does it in a namespace.
  static <T> T on(NetworkNamespace where, Act<T> act) throws IOException {
    return where.call(() -> {
      try {
        return act.act();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e.getMessage(), e);
      }
    });
  }

  @Override
  public void close() {
    host.close();
    world.close();
  }
}
