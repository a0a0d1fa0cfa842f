package fcvm.container.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.container.ContainerException;
import fcvm.linux.NetworkNamespace;
import fcvm.linux.ThreadCredentials;
import fcvm.provision.Dirs;
import fcvm.provision.Progress;
import fcvm.provision.Provision;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A rootless network with passt, on a host that is a namespace with a neighbour.
@Timeout(120)
class RootlessNetworkTest {
  private static final long SIZE = 16 << 20;
  private static final InetAddress ANY = InetAddress.ofLiteral("0.0.0.0");

  private Lab lab;
  private Passt passt;

  @BeforeEach
  void makeLab() throws IOException {
    assumeTrue(ThreadCredentials.isRoot(), "only root makes network namespaces");
    assumeTrue(Files.exists(Path.of("/dev/net/tun")), "this computer has no /dev/net/tun");
    passt = passt();
    lab = new Lab();
  }

  /// What runs use: of the computer's own it is not known whether it works.
  private static Passt passt() throws IOException {
    Provision provision = new Provision(Dirs.ofProcess(), Progress.SILENT);
    return new Passt(provision.passt().command(List.of()));
  }

  @AfterEach
  void end() {
    if (lab != null) {
      lab.close();
    }
  }

  private VmNetwork open(String... published) throws IOException {
    return Lab.on(
        lab.host,
        () ->
            RootlessNetwork.open(
                new NetworkOptions(
                    NetworkMode.ROOTLESS,
                    OptionalInt.empty(),
                    PublishedPort.parse(List.of(published)),
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    List.of()),
                passt));
  }

  private static GuestHost guest(VmNetwork network) throws IOException {
    return new GuestHost(network.cards().getFirst(), network.guest());
  }

  @Test
  void aGuestReachesTheWorld() throws Exception {
    try (VmNetwork network = open();
        GuestHost guest = guest(network);
        ServerSocket server = Talk.echo(lab.world, Lab.WORLD, 0)) {
      try (Socket socket = Talk.connect(guest.namespace, Lab.WORLD, server.getLocalPort())) {
        assertThat(Talk.isEchoed(socket, 1, SIZE)).isTrue();
      }
      byte[] question = {4, 5, 6};
      try (DatagramSocket answerer = Talk.echoDatagrams(lab.world, Lab.WORLD, 0)) {
        assertThat(Talk.ask(guest.namespace, Lab.WORLD, answerer.getLocalPort(), question))
            .isEqualTo(question);
      }
    }
  }

  @Test
  void aGuestReachesTheWorldByIpv6() throws Exception {
    assumeTrue(Lab.HAS_IPV6, "this computer's kernel has no IPv6");
    try (VmNetwork network = open();
        GuestHost guest = guest(network);
        ServerSocket server = Talk.echo(lab.world, Lab.WORLD_IPV6, 0);
        Socket socket = connectWhenAnnounced(guest, server.getLocalPort())) {
      assertThat(Talk.isEchoed(socket, 3, SIZE)).isTrue();
    }
  }

  // The guest has no route before passt's announcement, and its address only some time after.
  private static Socket connectWhenAnnounced(GuestHost guest, int port) throws Exception {
    for (int tries = 1; ; tries++) {
      try {
        return Talk.connect(guest.namespace, Lab.WORLD_IPV6, port);
      } catch (IOException e) {
        if (tries == 60) {
          throw e;
        }
        Thread.sleep(500);
      }
    }
  }

  @Test
  void manyConnections() throws Exception {
    try (VmNetwork network = open();
        GuestHost guest = guest(network);
        ServerSocket server = Talk.echo(lab.world, Lab.WORLD, 0)) {
      for (int i = 0; i < 100; i++) {
        try (Socket socket = Talk.connect(guest.namespace, Lab.WORLD, server.getLocalPort())) {
          assertThat(Talk.isEchoed(socket, i, 1 + 1000L * i)).as("connection %d", i).isTrue();
        }
      }
    }
  }

  @Test
  void aPublishedPortLeadsToTheGuest() throws Exception {
    int tcp = Talk.freePort(lab.host, Lab.LOOPBACK);
    int udp = Talk.freePort(lab.host, ANY);
    try (VmNetwork network = open(tcp + ":80", "0.0.0.0:" + udp + ":53/udp");
        GuestHost guest = guest(network);
        ServerSocket web = Talk.echo(guest.namespace, ANY, 80);
        DatagramSocket names = Talk.echoDatagrams(guest.namespace, ANY, 53)) {
      assertThat(web.isBound()).isTrue();
      assertThat(names.isBound()).isTrue();
      try (Socket socket = Talk.connect(lab.host, Lab.LOOPBACK, tcp)) {
        assertThat(Talk.isEchoed(socket, 2, SIZE)).isTrue();
      }
      byte[] question = {1, 2, 3};
      assertThat(Talk.ask(lab.world, Lab.HOST, udp, question)).isEqualTo(question);
      assertThatThrownBy(() -> Talk.connect(lab.world, Lab.HOST, tcp))
          .as("what is published on 127.0.0.1 is the host's alone")
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void theHostsOwnServicesAreOutOfReach() throws Exception {
    try (VmNetwork network = open();
        GuestHost guest = guest(network);
        ServerSocket server = Talk.echo(lab.host, Lab.LOOPBACK, 0)) {
      assertThatThrownBy(() ->
              Talk.connect(
                  guest.namespace,
                  InetAddress.ofLiteral(network.guest().gateway()),
                  server.getLocalPort()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void passtEndsWithTheNetworkAndGivesItsPortsBack() throws Exception {
    int port = Talk.freePort(lab.host, Lab.LOOPBACK);
    open(port + ":80").close();
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!isFree(lab.host, port)) {
      assertThat(System.nanoTime()).as("the port is free in time").isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  private static boolean isFree(NetworkNamespace where, int port) throws IOException {
    return where.call(() -> {
      try (ServerSocket socket = new ServerSocket(port, 1, Lab.LOOPBACK)) {
        return socket.isBound();
      } catch (IOException e) {
        return false;
      }
    });
  }

  @Test
  void aPortThatIsTakenIsAnErrorThatNamesIt() throws Exception {
    try (ServerSocket taken = Talk.echo(lab.host, Lab.LOOPBACK, 0)) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> open(port + ":80"))
          .hasMessageContaining("port " + port + " of 127.0.0.1 is in use");
    }
  }

  @Test
  void whatPasstComplainsAboutIsSaid() throws Exception {
    Passt wrong =
        new Passt(Stream.concat(passt.command().stream(), Stream.of("--no-such")).toList());
    assertThatThrownBy(() -> wrong.start(List.of(), fcvm.linux.UnixSocket.pair().getFirst()))
        .isInstanceOf(ContainerException.class)
        .hasMessageContaining("passt")
        .hasMessageContaining("no-such");
  }
}
