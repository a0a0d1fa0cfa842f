package fcvm.container.net;

import fcvm.agent.protocol.GuestNetwork;
import fcvm.container.ContainerException;
import fcvm.linux.UnixSocket;
import fcvm.vmm.DeviceSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A network without rights: passt at the other end of the card's cable. The guest has an address
/// of its own that nobody outside sees; what it sends comes from the host, as the user's own
/// programs' traffic does, and what is published reaches it from the host's ports.
///
/// The cable is a pair of sockets without a name, which only the monitor and passt have.
final class RootlessNetwork implements VmNetwork {
  /// The largest whose frames passt takes: few large frames instead of many small ones.
  private static final int MTU = NetworkOptions.MAX_MTU;

  static final String ADDRESS = "10.0.2.15";
  static final int PREFIX = 24;
  static final String GATEWAY = "10.0.2.2";

  /// passt asks the host's name server for what it is asked there.
  static final String NAMESERVER = "10.0.2.3";

  private final UnixSocket socket;
  private final NetworkOptions options;
  private final ResolvConf host;

  private RootlessNetwork(UnixSocket socket, NetworkOptions options, ResolvConf host) {
    this.socket = socket;
    this.options = options;
    this.host = host;
  }

  static RootlessNetwork open(NetworkOptions options, Passt passt)
      throws IOException, ContainerException {
    for (PublishedPort port : options.published()) {
      // passt takes it for good; this finds out whether it can, and says which it is if not.
      close(port.take());
    }
    List<UnixSocket> pair = UnixSocket.pair();
    ResolvConf host = ResolvConf.ofHost();
    try (UnixSocket theirs = pair.get(1)) {
      // passt enlarges sockets that it opens itself; the usual buffer takes three full frames.
      theirs.useLargestBuffer();
      pair.get(0).useLargestBuffer();
      passt.start(arguments(options, host), theirs);
      return new RootlessNetwork(pair.get(0), options, host);
    } catch (IOException | ContainerException e) {
      pair.get(0).close();
      throw e;
    }
  }

  private static void close(AutoCloseable port) throws IOException {
    try {
      port.close();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  static List<String> arguments(NetworkOptions options, ResolvConf host) {
    List<String> arguments = new ArrayList<>(List.of("--quiet"));
    arguments.addAll(List.of("--mtu", Integer.toString(options.mtu().orElse(MTU))));
    arguments.addAll(List.of("--address", ADDRESS, "--netmask", Integer.toString(PREFIX)));
    arguments.addAll(List.of("--gateway", GATEWAY));
    // The guest has no business with services that the host offers itself alone.
    arguments.add("--no-map-gw");
    // The plan of the run tells the guest; IPv6 is announced.
    arguments.addAll(List.of("--no-dhcp", "--no-dhcpv6"));
    if (!host.nameservers().isEmpty()) {
      arguments.addAll(List.of("--dns-forward", NAMESERVER));
    }
    for (PublishedPort port : options.published()) {
      arguments.add(port.protocol() == PublishedPort.Protocol.TCP ? "--tcp-ports" : "--udp-ports");
      arguments.add(
          port.address().getHostAddress() + "/" + port.hostPort() + ":" + port.guestPort());
    }
    return arguments;
  }

  @Override
  public List<DeviceSpec.Network> cards() {
    return List.of(
        new DeviceSpec.Network(
            "eth0",
            options.mac(),
            options.mtu().orElse(MTU),
            new DeviceSpec.Network.Link.Stream(socket)));
  }

  @Override
  public GuestNetwork guest() {
    List<String> theirs = host.nameservers().isEmpty() ? List.of() : List.of(NAMESERVER);
    return new GuestNetwork(
        ADDRESS,
        PREFIX,
        GATEWAY,
        options.nameservers().isEmpty() ? theirs : options.nameservers(),
        options.searches(host));
  }

  /// Hangs up, and passt ends.
  @Override
  public void close() {
    socket.close();
  }
}
