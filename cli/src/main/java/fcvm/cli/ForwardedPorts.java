package fcvm.cli;

import fcvm.agent.protocol.MachineNetwork;
import fcvm.container.ContainerException;
import fcvm.container.net.NetworkOptions;
import fcvm.container.net.PublishedPort;
import fcvm.machine.ForwardedPort;
import fcvm.machine.Machine;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/// Published ports of this computer that lead into the emulated machine, until closed. There the
/// container publishes the same ports, on the address that they lead to.
final class ForwardedPorts implements AutoCloseable {
  private static final InetAddress THERE = InetAddress.ofLiteral(MachineNetwork.PORTS_MACHINE);

  private final NetworkOptions options;
  private final List<ForwardedPort> forwarded = new ArrayList<>();

  /// @throws ContainerException if a port is in use
  ForwardedPorts(NetworkOptions options) throws ContainerException {
    this.options = options;
    for (PublishedPort port : options.published()) {
      if (port.address() instanceof Inet6Address) {
        throw new ContainerException(
            "cannot publish " + port + ": the emulated machine is reached by IPv4 only");
      }
    }
  }

  /// Lets them lead into a machine that is up.
  void forward(Machine machine) throws IOException, ContainerException {
    for (PublishedPort port : options.published()) {
      forwarded.add(
          machine.forward(
              new ForwardedPort.Place(
                  port.protocol().toString(), port.address().getHostAddress(), port.hostPort())));
    }
  }

  /// The options for the run in the machine.
  NetworkOptions there() {
    List<PublishedPort> published =
        options.published().stream()
            .map(port ->
                new PublishedPort(THERE, port.hostPort(), port.guestPort(), port.protocol()))
            .toList();
    return new NetworkOptions(
        options.mode(),
        options.mtu(),
        published,
        options.nameservers(),
        options.searches(),
        options.mac(),
        options.proxies());
  }

  @Override
  public void close() throws IOException {
    IOException trouble = null;
    for (ForwardedPort port : forwarded) {
      try {
        port.close();
      } catch (IOException e) {
        trouble = e; // the others are closed all the same
      }
    }
    if (trouble != null) {
      throw trouble;
    }
  }
}
