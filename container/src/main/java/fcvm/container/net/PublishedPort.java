package fcvm.container.net;

import fcvm.container.ContainerException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A port of the host's that leads to one of the container's.
///
/// @param address the host's; a wildcard for all of them
/// @param hostPort 1 to 65535
/// @param guestPort 1 to 65535
/// @param protocol of both
public record PublishedPort(InetAddress address, int hostPort, int guestPort, Protocol protocol) {
  /// What travels to a port.
  public enum Protocol {
    TCP,
    UDP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Pattern TEXT =
      Pattern.compile("(?:(?:\\[([^\\]]+)]|([^:\\[\\]]+)):)?(\\d{1,5}):(\\d{1,5})(?:/(tcp|udp))?");
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int MAX_PORT = 65535;

  /// Reads `[HOSTIP:]HOSTPORT:GUESTPORT[/tcp|udp]`, an IPv6 address in brackets. Without an address
  /// it is 127.0.0.1: what is published for everybody says so.
  ///
  /// @throws ContainerException if it is something else
  public static PublishedPort parse(String text) throws ContainerException {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw invalid(text, "[HOSTIP:]HOSTPORT:GUESTPORT[/tcp|udp] is what it should be");
    }
    String literal = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    InetAddress address = LOOPBACK;
    try {
      address = literal == null ? LOOPBACK : InetAddress.ofLiteral(literal);
    } catch (IllegalArgumentException e) {
      throw invalid(text, "'" + literal + "' is no IP address");
    }
    Protocol protocol = "udp".equals(matcher.group(5)) ? Protocol.UDP : Protocol.TCP;
    return new PublishedPort(
        address, port(text, matcher.group(3)), port(text, matcher.group(4)), protocol);
  }

  private static int port(String text, String number) throws ContainerException {
    int port = Integer.parseInt(number);
    if (port < 1 || port > MAX_PORT) {
      throw invalid(text, "ports are from 1 to " + MAX_PORT);
    }
    return port;
  }

  private static ContainerException invalid(String text, String complaint) {
    return new ContainerException("--publish '" + text + "': " + complaint);
  }

  /// Reads all of them, which must differ in what they take of the host.
  public static List<PublishedPort> parse(List<String> texts) throws ContainerException {
    List<PublishedPort> ports = new java.util.ArrayList<>();
    for (String text : texts) {
      PublishedPort port = parse(text);
      for (PublishedPort other : ports) {
        if (port.protocol == other.protocol
            && port.hostPort == other.hostPort
            && port.address.equals(other.address)) {
          throw invalid(text, "that port of the host's is published already");
        }
      }
      ports.add(port);
    }
    return List.copyOf(ports);
  }

  /// Takes the port, so that nobody else can: what a listener would find out too late.
  ///
  /// @return what holds it until it is closed
  /// @throws ContainerException if somebody else has it, or this user may not
  @SuppressWarnings("AddressSelection") // a literal
  AutoCloseable take() throws ContainerException {
    InetSocketAddress place = new InetSocketAddress(address, hostPort);
    // Java's own sockets would take 0.0.0.0 of both protocols, and hold what comes over IPv6.
    StandardProtocolFamily family =
        address instanceof Inet6Address
            ? StandardProtocolFamily.INET6
            : StandardProtocolFamily.INET;
    try {
      if (protocol == Protocol.UDP) {
        DatagramChannel socket = DatagramChannel.open(family);
        return bound(socket, () -> socket.bind(place));
      }
      ServerSocketChannel socket = ServerSocketChannel.open(family);
      return bound(socket, () -> socket.bind(place));
    } catch (IOException e) {
      throw new ContainerException("cannot publish " + this + ": " + reason(e), e);
    }
  }

  private interface Bind {
    void bind() throws IOException;
  }

  private static <T extends java.io.Closeable> T bound(T socket, Bind bind) throws IOException {
    try {
      bind.bind();
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private String reason(IOException e) {
    String said = String.valueOf(e.getMessage());
    if (said.contains("already in use")) {
      return "port "
          + hostPort
          + " of "
          + address.getHostAddress()
          + " is in use by another program; choose another one, or end that program";
    }
    if (said.contains("ermission denied")) {
      return "ports below 1024 are root's; choose one from 1024 on";
    }
    if (said.contains("annot assign")) {
      return address.getHostAddress() + " is no address of this computer";
    }
    return said;
  }

  /// In the form that [#parse] reads.
  @Override
  public String toString() {
    return place() + ":" + guestPort + "/" + protocol;
  }

  /// For people, as Podman's `ps` has it: `127.0.0.1:8080->80/tcp`.
  public String title() {
    return place() + "->" + guestPort + "/" + protocol;
  }

  private String place() {
    String literal = address.getHostAddress();
    return (literal.indexOf(':') < 0 ? literal : "[" + literal + "]") + ":" + hostPort;
  }
}
