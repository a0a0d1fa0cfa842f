package fcvm.container.net;

import fcvm.agent.protocol.GuestNetwork;
import fcvm.container.ContainerException;
import fcvm.linux.FileLock;
import fcvm.linux.IoReason;
import fcvm.linux.MacAddress;
import fcvm.linux.NetworkNamespace;
import fcvm.linux.Tap;
import fcvm.linux.ThreadCredentials;
import fcvm.vmm.DeviceSpec;
import java.io.IOException;
import java.net.Inet6Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A network that root makes: the VM is a computer of its own behind this one.
///
/// A namespace of the VM's own holds a bridge with two ports, the guest's tap and one end of a
/// veth; the other end is on the host and is the guest's router. Addresses are translated by a
/// table of nftables that is the VM's alone ([NatTable]). So all there is to remove is a namespace,
/// which takes its interfaces with it, and a table.
///
/// Both are named after the VM, and so are found again when the process that made them was killed.
final class BridgedNetwork implements VmNetwork {
  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final Path LOCK = Path.of("/run/fcvm-network.lock");
  private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
  private static final String TAP = "tap0";
  private static final String BRIDGE = "bridge0";
  private static final String INNER = "veth0";
  private static final int MTU = 1500;

  private final String vm;
  private final NetworkOptions options;
  private final Subnet subnet;
  private final Tap tap;
  private final List<AutoCloseable> ports;
  private final ResolvConf host = ResolvConf.ofHost();

  private BridgedNetwork(
      String vm, NetworkOptions options, Subnet subnet, Tap tap, List<AutoCloseable> ports) {
    this.vm = vm;
    this.options = options;
    this.subnet = subnet;
    this.tap = tap;
    this.ports = ports;
  }

  static BridgedNetwork open(NetworkOptions options, String vm)
      throws IOException, ContainerException {
    return open(options, vm, Subnet.Pool.DEFAULT);
  }

  static BridgedNetwork open(NetworkOptions options, String vm, Subnet.Pool pool)
      throws IOException, ContainerException {
    if (!ThreadCredentials.isRoot()) {
      throw new ContainerException(
          "a bridged network is made by root: run with sudo, or choose --network rootless");
    }
    HostCommand ip = HostCommand.find("ip", "iproute2");
    HostCommand nft = HostCommand.find("nft", "nftables");
    List<AutoCloseable> ports = take(options.published());
    boolean done = false;
    try {
      Subnet subnet = makeInterfaces(ip, vm, mtu(options), pool);
      Tap tap = openTap(vm);
      try {
        Files.writeString(FORWARDING, "1");
        nft.run(NatTable.rules(vm, hostVeth(vm), subnet, options.published()), "-j", "-f", "-");
        done = true;
        return new BridgedNetwork(vm, options, subnet, tap, ports);
      } finally {
        if (!done) {
          tap.close();
        }
      }
    } finally {
      if (!done) {
        close(ports);
        remove(vm);
      }
    }
  }

  private static List<AutoCloseable> take(List<PublishedPort> published) throws ContainerException {
    List<AutoCloseable> ports = new ArrayList<>();
    try {
      for (PublishedPort port : published) {
        if (port.address() instanceof Inet6Address) {
          throw new ContainerException(
              "cannot publish "
                  + port
                  + ": a bridged network has IPv4 alone; name an IPv4 address, or choose --network"
                  + " rootless");
        }
        ports.add(port.take());
      }
      return ports;
    } catch (ContainerException e) {
      close(ports);
      throw e;
    }
  }

  private static void close(List<AutoCloseable> ports) {
    for (AutoCloseable port : ports) {
      try {
        port.close();
      } catch (Exception e) {
        throw new IllegalStateException(e); // closing a listener does not fail
      }
    }
  }

  /// Under a lock for all users of the computer: two VMs must not find the same subnet free.
  private static Subnet makeInterfaces(HostCommand ip, String vm, String mtu, Subnet.Pool pool)
      throws IOException, ContainerException {
    try (FileLock _ = FileLock.exclusive(LOCK.toString())) {
      Subnet subnet = pool.free(vm, HostRoutes.taken(ip));
      String namespace = namespace(vm);
      String veth = hostVeth(vm);
      ip.run("", "netns", "add", namespace);
      // The other end of the pair is as large.
      ip.run(
          "link add %s mtu %s type veth peer name %s mtu %s netns %s\n"
              .formatted(veth, mtu, INNER, mtu, namespace),
          "-batch",
          "-");
      ip.run("", "address", "add", subnet.host() + "/" + Subnet.PREFIX, "dev", veth);
      ip.run("", "link", "set", veth, "up");
      // What is published on 127.0.0.1 is sent there from 127.0.0.1, until it is translated.
      Files.writeString(Path.of("/proc/sys/net/ipv4/conf", veth, "route_localnet"), "1");
      ip.run(
          """
          link add %2$s type bridge forward_delay 0
          tuntap add dev %1$s mode tap vnet_hdr
          link set %1$s mtu %4$s master %2$s
          link set %3$s master %2$s
          link set %2$s up
          link set %1$s up
          link set %3$s up
          """
              .formatted(TAP, BRIDGE, INNER, mtu),
          "-netns",
          namespace,
          "-batch",
          "-");
      return subnet;
    }
  }

  private static Tap openTap(String vm) throws IOException {
    try (NetworkNamespace namespace = NetworkNamespace.open(NAMESPACES.resolve(namespace(vm)))) {
      return namespace.call(() -> Tap.open(TAP));
    }
  }

  private static String namespace(String vm) {
    return "fcvm-" + vm;
  }

  /// At most fifteen bytes.
  private static String hostVeth(String vm) {
    return "fv" + vm;
  }

  /// Removes what there is of a VM's network, be it by halves. Nothing there is no error.
  static void remove(String vm) throws IOException {
    try {
      HostCommand ip = HostCommand.find("ip", "iproute2");
      if (Files.exists(NAMESPACES.resolve(namespace(vm)))) {
        // The host's end goes with the other one; the kernel does that when it has time.
        ip.outcome("", "link", "delete", hostVeth(vm));
        ip.run("", "netns", "delete", namespace(vm));
      }
      HostCommand nft = HostCommand.find("nft", "nftables");
      // One that is there is deleted, one that is not is made first: no error, no race.
      nft.run(NatTable.removal(vm), "-j", "-f", "-");
    } catch (ContainerException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public List<DeviceSpec.Network> cards() {
    return List.of(
        new DeviceSpec.Network(
            "eth0",
            Optional.of(mac()),
            options.mtu().orElse(MTU),
            new DeviceSpec.Network.Link.OpenTap(tap)));
  }

  private static String mtu(NetworkOptions options) {
    return Integer.toString(options.mtu().orElse(MTU));
  }

  private MacAddress mac() {
    return options.mac().orElseGet(() -> MacAddress.random(new java.security.SecureRandom()));
  }

  @Override
  public GuestNetwork guest() {
    return new GuestNetwork(
        subnet.guest(),
        Subnet.PREFIX,
        subnet.host(),
        options.nameservers().isEmpty() ? host.reachable() : options.nameservers(),
        options.searches(host));
  }

  @Override
  public void close() {
    tap.close();
    close(ports);
    try {
      remove(vm);
    } catch (IOException e) {
      System.getLogger(BridgedNetwork.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "the network of VM {0} is left: {1}; the next command tries again",
              vm,
              IoReason.of(e));
    }
  }
}
