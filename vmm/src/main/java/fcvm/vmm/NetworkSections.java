package fcvm.vmm;

import fcvm.linux.MacAddress;
import fcvm.linux.Tap;
import fcvm.virtio.net.Net;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The section `network-interfaces` of the configuration file: taps of the host.
final class NetworkSections {
  private NetworkSections() {}

  static List<DeviceSpec.Network> read(List<ConfigSection> sections) throws ConfigException {
    List<DeviceSpec.Network> networks = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    Set<MacAddress> addresses = new HashSet<>();
    for (ConfigSection section : sections) {
      DeviceSpec.Network network = network(section);
      if (!ids.add(network.id())) {
        throw section.invalid("iface_id", "'" + network.id() + "' is another interface's");
      }
      Optional<MacAddress> mac = network.mac();
      if (mac.isPresent() && !addresses.add(mac.get())) {
        throw section.invalid("guest_mac", mac.get() + " is another interface's");
      }
      networks.add(network);
    }
    return networks;
  }

  private static DeviceSpec.Network network(ConfigSection section) throws ConfigException {
    String id = section.string("iface_id");
    if (!id.matches("[A-Za-z0-9_]+")) {
      throw section.invalid(
          "iface_id", "must be letters, digits and underscores, not '" + id + "'");
    }
    String device = section.string("host_dev_name");
    if (device.isEmpty()
        || device.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > Tap.MAX_NAME) {
      throw section.invalid(
          "host_dev_name", "must have 1 to " + Tap.MAX_NAME + " bytes, not '" + device + "'");
    }
    Optional<MacAddress> mac = mac(section);
    int mtu = section.has("mtu") ? (int) section.number("mtu", Net.MIN_MTU, Net.MAX_MTU) : 0;
    section.only("rx_rate_limiter");
    section.only("tx_rate_limiter");
    section.end();
    return new DeviceSpec.Network(id, mac, mtu, new DeviceSpec.Network.Link.HostDevice(device));
  }

  private static Optional<MacAddress> mac(ConfigSection section) throws ConfigException {
    String text = section.optionalString("guest_mac");
    if (text == null) {
      return Optional.empty();
    }
    Optional<MacAddress> mac = MacAddress.parse(text);
    if (mac.isEmpty()) {
      throw section.invalid(
          "guest_mac",
          "must be the address of one machine, as in 06:00:ac:10:00:02, not '" + text + "'");
    }
    return mac;
  }
}
