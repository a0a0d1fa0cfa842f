package fcvm.agent.protocol;

import java.util.List;

/// The emulated machine's network: one card by which the computer reaches ports of the machine, and
/// nothing the other way, and one by which the machine's guests reach the world.
public final class MachineNetwork {
  /// The second card, which passt is behind.
  public static final GuestNetwork WORLD =
      new GuestNetwork("10.0.2.15", 24, "10.0.2.2", List.of("10.0.2.3"), List.of());

  /// The network of the first.
  public static final String PORTS = "10.0.3.0";

  /// The computer's address there.
  public static final String PORTS_COMPUTER = "10.0.3.2";

  /// The machine's address there, which ports are published on.
  public static final String PORTS_MACHINE = "10.0.3.15";

  /// Bits that the addresses there have in common.
  public static final int PORTS_PREFIX = 24;

  private MachineNetwork() {}
}
