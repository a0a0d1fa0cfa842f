package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Networks of containers in the emulated machine, which is their host: a program in it talks to
/// one in a container, and the other way round. Nothing in it depends on an architecture; that
/// cards work on both is seen by [RunIT], whose runs all have one.
class NetworkIT {
  private static final String BUSYBOX = "localhost/busybox";
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /// An address of the machine that is not 127.0.0.1.
  private static final String SERVER = "192.0.2.77";

  private static Fcvm fcvm() {
    return new Fcvm(Fcvm.EITHER);
  }

  private static Fcvm.Result host(String script) throws Exception {
    return fcvm().run("machine", "exec", "--", "sh", "-c", script);
  }

  @BeforeAll
  static void startTheMachine() throws Exception {
    Fcvm.Result result = fcvm().run("machine", "start");
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  @BeforeEach
  void giveTheMachineAnAddress() throws Exception {
    Fcvm.Result result = host("ip address replace " + SERVER + "/32 dev lo");
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    assertThat(fcvm().run("ls", "--json").out().replaceAll("\\s", "")).isEqualTo("[]");
    assertThat(host("/usr/sbin/ip netns list; nft list tables; /usr/sbin/ip -brief link").out())
        .doesNotContain("fcvm-", "fv");
    // The machine's own is on this computer, not in it.
    assertThat(host("ps -o comm").out()).doesNotContain("passt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rootless", "bridged"})
  void aContainerReachesTheWorld(String mode) throws Exception {
    Fcvm.Running server =
        fcvm().start("machine", "exec", "--", "sh", "-c", "echo hello | busybox nc -l -p 9000");
    Fcvm.Result result =
        fcvm()
            .run(
                "podman",
                "run",
                "--network",
                mode,
                "--cap-add",
                "NET_RAW", // busybox knows no other ping
                BUSYBOX,
                "sh",
                "-c",
                "ping -c 1 -W 60 " + SERVER + " >&2 && nc " + SERVER + " 9000 </dev/null");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("hello\n");
    server.await(LIMIT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rootless", "bridged"})
  void aPublishedPortLeadsToTheContainer(String mode) throws Exception {
    String script = "echo ready; echo from the container | nc -l -p 80";
    Fcvm.Running web =
        fcvm()
            .start(
                "podman", "run", "--network", mode, "-p", "8080:80", BUSYBOX, "sh", "-c", script);
    web.awaitOutput("ready", LIMIT);
    Fcvm.Result second =
        fcvm().run("podman", "run", "--network", mode, "-p", "8080:80", BUSYBOX, "true");
    assertThat(second.exitCode()).isEqualTo(125);
    assertThat(second.err()).contains("port 8080 of 127.0.0.1 is in use");
    assertThat(asked(8080)).isEqualTo("from the container\n");
    assertThat(web.await(LIMIT).exitCode()).isZero();
  }

  /// What somebody on this computer is told at a port; the container may not listen yet.
  private static String asked(int port) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        if (!said.isEmpty()) {
          return said;
        }
      } catch (IOException e) {
        // Not yet.
      }
      Thread.sleep(200);
    }
    return "";
  }

  /// Through two passts: of the machine's guest, and of the machine.
  @Test
  void aContainerReachesWhatTheComputerReaches() throws Exception {
    Optional<InetAddress> own =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
            .findFirst();
    assumeTrue(own.isPresent(), "this computer has no address that others could reach");
    try (ServerSocket server = new ServerSocket(0, 1, own.get())) {
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try (Socket socket = server.accept()) {
              socket.getOutputStream().write("from outside\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      String script =
          "nc %s %d </dev/null".formatted(own.get().getHostAddress(), server.getLocalPort());
      Fcvm.Result result = fcvm().run("podman", "run", BUSYBOX, "sh", "-c", script);
      assertThat(result.out()).as(result.err()).isEqualTo("from outside\n");
    }
  }

  @Test
  void aContainerCanBeWithoutANetwork() throws Exception {
    Fcvm.Result result =
        fcvm().run("podman", "run", "--network", "none", BUSYBOX, "ls", "/sys/class/net");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().strip()).isEqualTo("lo");
  }

  @Test
  void theCardIsAsItWasAskedFor() throws Exception {
    String script = "cat /sys/class/net/eth0/address /etc/resolv.conf; hostname; echo $http_proxy";
    Fcvm.Result result =
        fcvm()
            .with("http_proxy", "http://192.0.2.1:3128")
            .run(
                "podman",
                "run",
                "--dns",
                "192.0.2.53",
                "--hostname",
                "box",
                "--mac-address",
                "02:00:00:00:00:0a",
                BUSYBOX,
                "sh",
                "-c",
                script);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines())
        .contains("02:00:00:00:00:0a", "nameserver 192.0.2.53", "box", "http://192.0.2.1:3128");
  }

  @Test
  void muchGoesBothWaysInLargeFrames() throws Exception {
    // Who has nothing to send must not say so, or the other side's nc ends before it has sent all.
    String open = "busybox mkfifo /tmp/open; exec 3<>/tmp/open; ";
    Fcvm.Running server =
        fcvm()
            .start(
                "machine",
                "exec",
                "--",
                "sh",
                "-c",
                open
                    + "busybox head -c 4000000 /dev/urandom >/tmp/much;"
                    + " busybox nc -l -p 9001 </tmp/much;"
                    + " busybox nc -l -p 9002 <&3 | busybox cmp - /tmp/much;"
                    + " echo compared $?; rm /tmp/much /tmp/open");
    // Until somebody listens.
    String script =
        open
            + "cat /sys/class/net/eth0/mtu;"
            + " until nc $0 9001 <&3 >/tmp/much && [ -s /tmp/much ]; do sleep 1; done;"
            + " wc -c </tmp/much; until nc $0 9002 </tmp/much; do sleep 1; done";
    Fcvm.Result result =
        fcvm()
            .run(
                "podman",
                "run",
                "--network",
                "bridged:mtu=9000",
                BUSYBOX,
                "sh",
                "-c",
                script,
                SERVER);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("9000\n4000000\n");
    assertThat(server.await(LIMIT).out()).isEqualTo("compared 0\n");
  }

  @Test
  void whatAKilledRunLeftIsSweptByTheNextCommand() throws Exception {
    String script = "echo up; sleep 600";
    Fcvm.Running killed =
        fcvm().start("podman", "run", "--network", "bridged", BUSYBOX, "sh", "-c", script);
    killed.awaitOutput("up", LIMIT);
    assertThat(host("/usr/sbin/ip netns list").out()).contains("fcvm-");
    String pid = fcvm().run("ls", "--json").out().replaceAll("(?s).*\"pid\" *: *(\\d+).*", "$1");
    host("kill -9 " + pid);
    killed.await(LIMIT);
    // What is checked after each test begins with the next command.
  }
}
