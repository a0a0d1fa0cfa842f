package fcvm.container.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.linux.MacAddress;
import fcvm.linux.ThreadCredentials;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A bridged network, on a host that is a namespace: nothing of this computer's own network
/// changes.
@Timeout(120)
class BridgedNetworkTest {
  private static final String VM = "00000000test";
  private static final String OTHER = "00000001test";
  private static final long SIZE = 16 << 20;

  private Lab lab;

  @BeforeEach
  void makeLab() throws IOException {
    assumeTrue(ThreadCredentials.isRoot(), "only root makes network namespaces");
    assumeTrue(Files.exists(Path.of("/dev/net/tun")), "this computer has no /dev/net/tun");
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/nft")), "this computer has no nft");
    lab = new Lab();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    if (lab == null) {
      return;
    }
    assertThat(Path.of("/run/netns/fcvm-" + VM)).doesNotExist();
    assertThat(host("nft", "list", "tables")).doesNotContain("fcvm");
    assertThat(host("ip", "-brief", "link")).doesNotContain("fv0");
    lab.close();
  }

  private String host(String program, String... arguments) throws IOException {
    return Lab.on(lab.host, () -> HostCommand.find(program, program).run("", arguments));
  }

  private BridgedNetwork open(String vm, Subnet.Pool pool, String... published) throws IOException {
    return open(vm, OptionalInt.empty(), pool, published);
  }

  private BridgedNetwork open(String vm, OptionalInt mtu, Subnet.Pool pool, String... published)
      throws IOException {
    NetworkOptions options =
        new NetworkOptions(
            NetworkMode.BRIDGED,
            mtu,
            Lab.on(lab.host, () -> PublishedPort.parse(List.of(published))),
            List.of("203.0.113.53"),
            List.of("lab.example"),
            MacAddress.parse("02:00:00:00:00:09"),
            List.of());
    return Lab.on(lab.host, () -> BridgedNetwork.open(options, vm, pool));
  }

  /// Closed where it was made: its programs work in the namespace of the thread.
  private void close(BridgedNetwork network) throws IOException {
    Lab.on(
        lab.host,
        () -> {
          network.close();
          return null;
        });
  }

  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  @Test
  void aGuestReachesTheWorldWithTheHostsAddress() throws Exception {
    BridgedNetwork network = open(VM, Subnet.Pool.DEFAULT);
    try (GuestHost guest = new GuestHost(network.cards().getFirst(), network.guest());
        ServerSocket server = Talk.echo(lab.world, Lab.WORLD, 0);
        Socket socket = Talk.connect(guest.namespace, Lab.WORLD, server.getLocalPort())) {
      assertThat(Talk.isEchoed(socket, 1, SIZE)).isTrue();
      byte[] question = "hello".getBytes(StandardCharsets.UTF_8);
      try (var answerer = Talk.echoDatagrams(lab.world, Lab.WORLD, 0)) {
        assertThat(Talk.ask(guest.namespace, Lab.WORLD, answerer.getLocalPort(), question))
            .isEqualTo(question);
      }
    } finally {
      close(network);
    }
  }

  @Test
  void framesAreAsLargeAsAskedFor() throws Exception {
    BridgedNetwork network = open(VM, OptionalInt.of(9000), Subnet.Pool.DEFAULT);
    InetAddress guestAddress = address(network.guest().address());
    try (GuestHost guest = new GuestHost(network.cards().getFirst(), network.guest());
        DatagramSocket answerer = Talk.echoDatagrams(guest.namespace, guestAddress, 53)) {
      assertThat(network.cards().getFirst().mtu()).isEqualTo(9000);
      assertThat(host("ip", "link", "show", "fv" + VM)).contains("mtu 9000");
      assertThat(host("ip", "-netns", "fcvm-" + VM, "link", "show", "bridge0"))
          .contains("mtu 9000");
      byte[] frame = new byte[8972]; // with the headers of IPv4 and UDP, just one
      assertThat(Talk.ask(lab.host, guestAddress, answerer.getLocalPort(), frame)).isEqualTo(frame);
    } finally {
      close(network);
    }
  }

  @Test
  void aPublishedPortLeadsToTheGuest() throws Exception {
    BridgedNetwork network =
        open(VM, Subnet.Pool.DEFAULT, "8080:80", "0.0.0.0:8081:80", "0.0.0.0:5353:53/udp");
    InetAddress guestAddress = address(network.guest().address());
    try (GuestHost guest = new GuestHost(network.cards().getFirst(), network.guest());
        ServerSocket web = Talk.echo(guest.namespace, guestAddress, 80);
        var names = Talk.echoDatagrams(guest.namespace, guestAddress, 53)) {
      assertThat(web.isBound()).isTrue();
      assertThat(names.isBound()).isTrue();
      try (Socket local = Talk.connect(lab.host, Lab.LOOPBACK, 8080)) {
        assertThat(Talk.isEchoed(local, 2, SIZE)).as("from the host itself").isTrue();
      }
      try (Socket remote = Talk.connect(lab.world, Lab.HOST, 8081)) {
        assertThat(Talk.isEchoed(remote, 3, SIZE)).as("from its neighbour").isTrue();
      }
      byte[] question = {1, 2, 3};
      assertThat(Talk.ask(lab.world, Lab.HOST, 5353, question)).isEqualTo(question);
      assertThatThrownBy(() -> Talk.connect(lab.world, Lab.HOST, 8080))
          .as("what is published on 127.0.0.1 is the host's alone")
          .isInstanceOf(IOException.class);
    } finally {
      close(network);
    }
  }

  @Test
  void twoVmsHaveDifferentSubnets() throws Exception {
    BridgedNetwork one = open(VM, Subnet.Pool.DEFAULT);
    try {
      BridgedNetwork two = open(OTHER, Subnet.Pool.DEFAULT);
      close(two);
      assertThat(two.guest().address()).isNotEqualTo(one.guest().address());
    } finally {
      close(one);
    }
  }

  /// With all that root in the guest can set up there.
  @Test
  void theHostsOwnServicesAreOutOfReach() throws Exception {
    BridgedNetwork network = open(VM, Subnet.Pool.DEFAULT, "8080:80");
    String gateway = network.guest().gateway();
    try (GuestHost guest = new GuestHost(network.cards().getFirst(), network.guest());
        ServerSocket secret = Talk.echo(lab.host, Lab.LOOPBACK, 0)) {
      Lab.ip(guest.namespace, "address", "delete", "127.0.0.1/8", "dev", "lo");
      Lab.ip(guest.namespace, "route", "add", "127.0.0.1/32", "via", gateway);
      guest.namespace.call(
          () -> Files.writeString(Path.of("/proc/sys/net/ipv4/conf/eth0/route_localnet"), "1"));
      assertThatThrownBy(() -> Talk.connect(guest.namespace, Lab.LOOPBACK, secret.getLocalPort()))
          .isInstanceOf(IOException.class);
    } finally {
      close(network);
    }
  }

  @Test
  void aGuestCannotBeSomebodyElse() throws Exception {
    BridgedNetwork network = open(VM, Subnet.Pool.DEFAULT);
    try (GuestHost guest = new GuestHost(network.cards().getFirst(), network.guest());
        var answerer = Talk.echoDatagrams(lab.world, Lab.WORLD, 0)) {
      byte[] question = {7};
      assertThat(Talk.ask(guest.namespace, Lab.WORLD, answerer.getLocalPort(), question))
          .isEqualTo(question);
      Lab.ip(guest.namespace, "route", "delete", "default");
      Lab.ip(guest.namespace, "address", "add", "203.0.113.5/32", "dev", "eth0");
      String gateway = network.guest().gateway();
      Lab.ip(guest.namespace, "route", "add", "default", "via", gateway, "src", "203.0.113.5");
      assertThatThrownBy(
              () -> Talk.ask(guest.namespace, Lab.WORLD, answerer.getLocalPort(), question))
          .isInstanceOf(IOException.class);
    } finally {
      close(network);
    }
  }

  @Test
  void aPoolThatIsUsedUpIsAnErrorThatSaysSo() throws Exception {
    Subnet.Pool one = new Subnet.Pool(10 << 24 | 99 << 16, Subnet.PREFIX);
    BridgedNetwork network = open(VM, one);
    try {
      assertThatThrownBy(() -> open(OTHER, one))
          .hasMessageContaining("all 1 networks of 10.99.0.0/30 are in use");
      assertThat(network.guest().address()).isEqualTo("10.99.0.2");
    } finally {
      close(network);
    }
  }

  @Test
  void aPortThatIsTakenIsAnErrorThatNamesIt() throws Exception {
    try (ServerSocket taken = Talk.echo(lab.host, Lab.LOOPBACK, 0)) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> open(VM, Subnet.Pool.DEFAULT, port + ":80"))
          .hasMessageContaining("port " + port + " of 127.0.0.1 is in use");
    }
  }

  @Test
  void whatAKilledProcessLeftIsRemovedByName() throws Exception {
    BridgedNetwork network = open(VM, Subnet.Pool.DEFAULT, "8080:80");
    // As if it had been killed: its descriptors are closed, and nothing else.
    assertThat(host("nft", "list", "tables")).contains("fcvm-" + VM);
    Lab.on(
        lab.host,
        () -> {
          VmNetwork.remove(VM);
          VmNetwork.remove(VM); // nothing there is no error
          return null;
        });
    assertThat(host("nft", "list", "tables")).doesNotContain("fcvm-" + VM);
    close(network);
  }

  @Test
  void rulesOfOthersStayAsTheyAre() throws Exception {
    host("nft", "add", "table", "ip", "others");
    String before = host("nft", "list", "ruleset");
    close(open(VM, Subnet.Pool.DEFAULT, "8080:80"));
    assertThat(host("nft", "list", "ruleset")).isEqualTo(before);
  }

  @Test
  void theGuestIsToldWhomToAsk() throws Exception {
    BridgedNetwork network = open(VM, Subnet.Pool.DEFAULT);
    close(network);
    assertThat(network.guest().nameservers()).containsExactly("203.0.113.53");
    assertThat(network.guest().searches()).containsExactly("lab.example");
    assertThat(network.guest().gateway()).startsWith("172.30.");
    assertThat(network.cards().getFirst().mac())
        .isEqualTo(Optional.of(MacAddress.parse("02:00:00:00:00:09").orElseThrow()));
  }
}
