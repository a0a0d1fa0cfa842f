package fcvm.agent.protocol;

import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a guest's network card is set up with. The plan carries it, so that nothing has to be asked
/// for in the guest; IPv6 configures itself where the network announces it.
///
/// @param address of its card; empty for a guest that has none
/// @param prefix bits that all addresses of its network have in common
/// @param gateway where everything else is
/// @param nameservers for `/etc/resolv.conf`
/// @param searches domains that short names are looked up in
public record GuestNetwork(
    String address, int prefix, String gateway, List<String> nameservers, List<String> searches) {
  /// No network but the guest's own.
  public static final GuestNetwork NONE = new GuestNetwork("", 0, "", List.of(), List.of());

  private static final String NAME = "[0-9A-Za-z.:_-]+";

  /// @throws IllegalArgumentException for what is no address, or could not be in `resolv.conf`
  public GuestNetwork {
    if (prefix < 0 || prefix > 32) {
      throw new IllegalArgumentException("a prefix of " + prefix + " bits");
    }
    if (!address.isEmpty()) {
      Inet4Address.ofLiteral(address);
      Inet4Address.ofLiteral(gateway);
    }
    for (List<String> names : List.of(nameservers, searches)) {
      for (String name : names) {
        if (!name.matches(NAME)) {
          throw new IllegalArgumentException("no name server and no domain: " + name);
        }
      }
    }
    nameservers = List.copyOf(nameservers);
    searches = List.copyOf(searches);
  }

  void write(FieldWriter out) {
    out.text(address).number(prefix).text(gateway).list(bytes(nameservers)).list(bytes(searches));
  }

  static GuestNetwork read(FieldReader in) throws ProtocolException {
    return new GuestNetwork(in.text(), in.number(), in.text(), texts(in.list()), texts(in.list()));
  }

  private static List<byte[]> bytes(List<String> texts) {
    return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static List<String> texts(List<byte[]> all) {
    return all.stream().map(text -> new String(text, StandardCharsets.UTF_8)).toList();
  }
}
