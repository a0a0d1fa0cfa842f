package fcvm.container.net;

import fcvm.linux.MacAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What network a VM shall have.
///
/// @param mode how it reaches the world
/// @param mtu the most that a frame carries, [#MIN_MTU] to [#MAX_MTU] bytes; empty for the mode's
/// @param published the host's ports that lead to the container
/// @param nameservers whom it asks for names, as addresses; empty for those that the host asks
/// @param searches domains in which it looks short names up; empty for those of the host, `.` alone
///   for none
/// @param mac its card's address; empty for one that is made up
/// @param proxies variables of the environment that say by which way HTTP goes, `NAME=value` each
public record NetworkOptions(
    NetworkMode mode,
    OptionalInt mtu,
    List<PublishedPort> published,
    List<String> nameservers,
    List<String> searches,
    Optional<MacAddress> mac,
    List<byte[]> proxies) {
  /// What each host must take at least (RFC 791).
  public static final int MIN_MTU = 68;

  /// What passt can carry, and more than a tap.
  public static final int MAX_MTU = 65520;

  /// No network.
  public static final NetworkOptions NONE = of(NetworkMode.NONE);

  public NetworkOptions {
    published = List.copyOf(published);
    nameservers = List.copyOf(nameservers);
    searches = List.copyOf(searches);
    proxies = List.copyOf(proxies);
  }

  /// A network as it is unless something is asked for.
  public static NetworkOptions of(NetworkMode mode) {
    return new NetworkOptions(
        mode, OptionalInt.empty(), List.of(), List.of(), List.of(), Optional.empty(), List.of());
  }

  /// The domains that the guest is told.
  List<String> searches(ResolvConf host) {
    if (searches.equals(List.of("."))) {
      return List.of();
    }
    return searches.isEmpty() ? host.searches() : searches;
  }
}
