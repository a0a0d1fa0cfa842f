package fcvm.container.net;

import fcvm.linux.MacAddress;
import java.util.List;
import java.util.Optional;

/// What network a VM shall have.
///
/// @param mode how it reaches the world
/// @param published the host's ports that lead to the container
/// @param nameservers whom it asks for names, as addresses; empty for those that the host asks
/// @param mac its card's address; empty for one that is made up
/// @param proxies variables of the environment that say by which way HTTP goes, `NAME=value` each
public record NetworkOptions(
    NetworkMode mode,
    List<PublishedPort> published,
    List<String> nameservers,
    Optional<MacAddress> mac,
    List<byte[]> proxies) {
  /// No network.
  public static final NetworkOptions NONE =
      new NetworkOptions(NetworkMode.NONE, List.of(), List.of(), Optional.empty(), List.of());

  public NetworkOptions {
    published = List.copyOf(published);
    nameservers = List.copyOf(nameservers);
    proxies = List.copyOf(proxies);
  }
}
