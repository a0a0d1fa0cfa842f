package fcvm.agent;

import fcvm.agent.protocol.GuestNetwork;
import fcvm.agent.protocol.MachineNetwork;
import fcvm.linux.NetDevice;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;

/// Sets the guest's network card up. A container shares the guest's network: the guest is its
/// isolation, and a second network in it would only be one more translation of addresses.
final class NetworkSetup {
  private static final String CARD = "eth0";
  private static final String SECOND_CARD = "eth1";
  private static final Path INTERFACES = Path.of("/sys/class/net");
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
  private static final Path PING_GROUPS = Path.of("/proc/sys/net/ipv4/ping_group_range");
  private static final String EVERYBODY = "0 2147483647";
  private static final long WAIT_NANOS = 5_000_000_000L;
  private static final int PAUSE_MILLIS = 5;

  private NetworkSetup() {}

  /// Gives a microVM's card its address, its route, and the guest its name servers.
  ///
  /// @throws IOException if there is no card, or the kernel refuses
  static void run(GuestNetwork network) throws IOException {
    if (!network.address().isEmpty()) {
      await(CARD);
      run(CARD, network);
    }
  }

  private static void run(String card, GuestNetwork network) throws IOException {
    NetDevice device = new NetDevice(card);
    device.setAddress(Inet4Address.ofLiteral(network.address()), network.prefix());
    device.up();
    NetDevice.addDefaultRoute(Inet4Address.ofLiteral(network.gateway()));
    Files.writeString(RESOLV_CONF, resolvConf(network));
    // So that ping needs no capability, in a container or in a passt.
    Files.writeString(PING_GROUPS, EVERYBODY);
  }

  /// Sets the cards of an emulated machine up. The one to the world may be missing: not every
  /// computer can run passt.
  static void runMachine() throws IOException {
    await(CARD);
    NetDevice ports = new NetDevice(CARD);
    ports.setAddress(
        Inet4Address.ofLiteral(MachineNetwork.PORTS_MACHINE), MachineNetwork.PORTS_PREFIX);
    ports.up();
    if (Files.exists(INTERFACES.resolve(SECOND_CARD))) {
      run(SECOND_CARD, MachineNetwork.WORLD);
    }
  }

  // Its driver may still be at work.
  private static void await(String card) throws IOException {
    long deadline = System.nanoTime() + WAIT_NANOS;
    while (!Files.exists(INTERFACES.resolve(card))) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "the guest has no network card, since its kernel lacks virtio_net: boot another kernel, or run"
                + " with --network none");
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        throw new IOException("interrupted", e);
      }
    }
  }

  static String resolvConf(GuestNetwork network) {
    StringBuilder text = new StringBuilder();
    if (!network.searches().isEmpty()) {
      text.append("search ").append(String.join(" ", network.searches())).append('\n');
    }
    network.nameservers().forEach(server -> text.append("nameserver ").append(server).append('\n'));
    return text.toString();
  }
}
