package fcvm.container.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.container.ContainerException;
import fcvm.container.net.Subnet.AddressRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What networks are made of, without one.
class NetworkPiecesTest {
  private static final int BASE = 172 << 24 | 30 << 16;

  @ParameterizedTest
  @CsvSource({
    "8080:80,              127.0.0.1:8080:80/tcp",
    "53:53/udp,            127.0.0.1:53:53/udp",
    "0.0.0.0:1:65535/tcp,  0.0.0.0:1:65535/tcp",
    "192.0.2.1:80:80,      192.0.2.1:80:80/tcp",
    "[::1]:80:80,          [0:0:0:0:0:0:0:1]:80:80/tcp",
  })
  void aPortIsReadAndWritten(String text, String canonical) throws ContainerException {
    PublishedPort port = PublishedPort.parse(text);
    assertThat(port).hasToString(canonical);
    assertThat(PublishedPort.parse(canonical)).isEqualTo(port);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          80             | is what it should be
          80:            | is what it should be
          a:80           | is what it should be
          80:80/sctp     | is what it should be
          0:80           | ports are from 1 to 65535
          80:65536       | ports are from 1 to 65535
          localhost:1:1  | 'localhost' is no IP address
          [x]:1:1        | 'x' is no IP address
          ::1:80:80      | is what it should be
          """)
  void saysWhatIsWrongWithAPort(String text, String message) {
    assertThatThrownBy(() -> PublishedPort.parse(text))
        .isInstanceOf(ContainerException.class)
        .hasMessageContaining("--publish '" + text + "'")
        .hasMessageContaining(message);
  }

  @Test
  void aPortIsPublishedOnce() {
    assertThatThrownBy(() -> PublishedPort.parse(List.of("80:1", "80:1/udp", "127.0.0.1:80:2")))
        .hasMessageContaining("published already");
  }

  @Test
  void theSameVmGetsTheSameSubnetUntilItIsTaken() throws ContainerException {
    Subnet first = Subnet.Pool.DEFAULT.free("0123456789ab", List.of());
    assertThat(Subnet.Pool.DEFAULT.free("0123456789ab", List.of())).isEqualTo(first);
    Subnet second = Subnet.Pool.DEFAULT.free("0123456789ab", List.of(first.range()));
    assertThat(second).isNotEqualTo(first);
    assertThat(first.toString()).startsWith("172.30.").endsWith("/30");
  }

  @Test
  void everySubnetOfAPoolIsFoundAndThenNone() throws ContainerException {
    Subnet.Pool pool = new Subnet.Pool(BASE, 24);
    List<AddressRange> taken = new ArrayList<>();
    Set<Subnet> found = new HashSet<>();
    for (int i = 0; i < 64; i++) {
      Subnet subnet = pool.free("vm", taken);
      taken.add(subnet.range());
      found.add(subnet);
    }
    assertThat(found).hasSize(64);
    assertThatThrownBy(() -> pool.free("vm", taken))
        .isInstanceOf(ContainerException.class)
        .hasMessageContaining("all 64 networks of 172.30.0.0/24 are in use");
  }

  @Test
  void addressesOfASubnet() {
    Subnet subnet = new Subnet(BASE + 256);
    assertThat(subnet.host()).isEqualTo("172.30.1.1");
    assertThat(subnet.guest()).isEqualTo("172.30.1.2");
    assertThat(subnet.range().overlaps(AddressRange.of(BASE, 16))).isTrue();
    assertThat(subnet.range().overlaps(AddressRange.of(BASE + 260, 32))).isFalse();
    assertThat(AddressRange.of(0xffffffff, 8))
        .isEqualTo(new AddressRange(0xff000000L, 0xffffffffL));
  }

  @Test
  void routesAreRangesThatAreTaken() {
    List<AddressRange> taken =
        HostRoutes.parse(
            """
            default via 192.0.2.1 dev eth0
            0.0.0.0/1 via 10.8.0.1 dev tun0
            128.0.0.0/1 via 10.8.0.1 dev tun0
            172.30.0.4/30 dev veth0 proto kernel scope link src 172.30.0.5
            local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1
            local 192.0.2.2 dev eth0 table local
            """);
    assertThat(taken)
        .contains(AddressRange.of(BASE + 4, 30), AddressRange.of(127 << 24, 8))
        .hasSize(3);
  }

  @Test
  void resolvConf() {
    ResolvConf conf =
        ResolvConf.parse(
            List.of(
                "# comment",
                "nameserver 127.0.0.53",
                "  nameserver\t192.0.2.53 ",
                "domain old.example",
                "search a.example b.example ;x"));
    assertThat(conf.nameservers()).containsExactly("127.0.0.53", "192.0.2.53");
    assertThat(conf.reachable()).containsExactly("192.0.2.53");
    assertThat(conf.searches()).containsExactly("a.example", "b.example");
  }

  @Test
  void domainsAreTheHostsUnlessSaidOtherwise() {
    ResolvConf host = new ResolvConf(List.of(), List.of("host.example"));
    assertThat(searching().searches(host)).containsExactly("host.example");
    assertThat(searching("a.example", "b").searches(host)).containsExactly("a.example", "b");
    assertThat(searching(".").searches(host)).isEmpty();
  }

  private static NetworkOptions searching(String... domains) {
    return new NetworkOptions(
        NetworkMode.ROOTLESS,
        OptionalInt.empty(),
        List.of(),
        List.of(),
        List.of(domains),
        Optional.empty(),
        List.of());
  }

  @Test
  void passtIsToldAllOnItsCommandLine() throws ContainerException {
    NetworkOptions options =
        new NetworkOptions(
            NetworkMode.ROOTLESS,
            OptionalInt.empty(),
            PublishedPort.parse(List.of("8080:80", "0.0.0.0:53:5353/udp")),
            List.of(),
            List.of(),
            Optional.empty(),
            List.of());
    assertThat(RootlessNetwork.arguments(options, new ResolvConf(List.of("192.0.2.53"), List.of())))
        .containsSequence("--address", "10.0.2.15")
        .containsSequence("--dns-forward", "10.0.2.3")
        .containsSequence("--tcp-ports", "127.0.0.1/8080:80")
        .containsSequence("--udp-ports", "0.0.0.0/53:5353")
        .contains("--no-map-gw");
    assertThat(RootlessNetwork.arguments(options, new ResolvConf(List.of(), List.of())))
        .doesNotContain("--dns-forward");
  }

  @Test
  void withoutPasstItSaysWhatToInstall() {
    assertThatThrownBy(
            () -> Passt.missing().start(List.of(), fcvm.linux.UnixSocket.pair().getFirst()))
        .isInstanceOf(ContainerException.class)
        .hasMessageContaining("apt-get install passt");
  }

  @Test
  void aTableIsMadeInPlaceOfAnOldOne() throws ContainerException {
    String rules =
        NatTable.rules("vm", "fvvm", new Subnet(BASE), PublishedPort.parse(List.of("8080:80")));
    assertThat(rules)
        .startsWith("{\"nftables\":[{\"add\":{\"table\":")
        .contains("\"delete\"", "\"172.30.0.2\"", "8080")
        .doesNotContain("0:0:0:0");
    assertThat(NatTable.removal("vm")).contains("\"fcvm-vm\"").contains("\"delete\"");
  }

  @Test
  void aProgramThatIsMissingIsNamedWithItsPackage() {
    assertThatThrownBy(() -> HostCommand.find("nft-that-is-not-here", "nftables"))
        .isInstanceOf(ContainerException.class)
        .hasMessageContaining("nft-that-is-not-here")
        .hasMessageContaining("apt-get install nftables");
  }
}
