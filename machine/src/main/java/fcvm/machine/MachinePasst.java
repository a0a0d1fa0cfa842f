package fcvm.machine;

import fcvm.agent.protocol.GuestNetwork;
import fcvm.agent.protocol.MachineNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The machine's way to the world: passt, which ends when QEMU does. It runs without rights.
final class MachinePasst {
  static final String PROGRAM = "passt";

  /// What passt and QEMU agree on without being told.
  private static final String MTU = "65520";

  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

  private MachinePasst() {}

  /// @param socket where QEMU finds it
  static List<String> arguments(Path socket) {
    GuestNetwork network = MachineNetwork.WORLD;
    List<String> arguments = new ArrayList<>(List.of("--foreground", "--one-off", "--quiet"));
    // One word: by it those that a killed start left are found.
    arguments.add("--socket-path=" + socket);
    arguments.addAll(List.of("--mtu", MTU, "--address", network.address()));
    arguments.addAll(List.of("--netmask", Integer.toString(network.prefix())));
    arguments.addAll(List.of("--gateway", network.gateway()));
    // The computer's own services are none of the machine's business.
    arguments.addAll(List.of("--no-map-gw", "--no-dhcp", "--no-dhcpv6"));
    if (hasNameserver()) {
      arguments.addAll(List.of("--dns-forward", network.nameservers().getFirst()));
    }
    return arguments;
  }

  private static boolean hasNameserver() {
    try {
      return Files.readString(RESOLV_CONF, StandardCharsets.ISO_8859_1)
          .lines()
          .anyMatch(line -> line.strip().startsWith("nameserver"));
    } catch (IOException e) {
      return false;
    }
  }
}
