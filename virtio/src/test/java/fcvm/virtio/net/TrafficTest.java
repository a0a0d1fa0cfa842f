package fcvm.virtio.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.linux.MacAddress;
import fcvm.linux.NetDevice;
import fcvm.linux.NetworkNamespace;
import fcvm.linux.Tap;
import fcvm.linux.ThreadCredentials;
import fcvm.linux.UnixSocket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/// Real traffic between two network stacks of Linux, one of them behind the card.
@Timeout(120)
@ParameterizedClass
@CsvSource({"TAP, 1500", "TAP, 9000", "STREAM, 1500", "STREAM, 65520"})
class TrafficTest {
  /// What the card's cable ends in.
  enum Wire {
    TAP,
    STREAM
  }

  private static final Inet4Address GUEST = Inet4Address.ofLiteral("192.168.77.2");
  private static final Inet4Address PEER = Inet4Address.ofLiteral("192.168.77.1");
  private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:07").orElseThrow();
  private static final long SIZE = 48 << 20;

  @Parameter(0)
  Wire wire;

  @Parameter(1)
  int mtu;

  private NetworkNamespace peer;
  private @Nullable StreamCable cable;
  private GuestStack guest;

  @BeforeEach
  void needsRoot() {
    assumeTrue(ThreadCredentials.isRoot(), "only root makes network namespaces");
    assumeTrue(Files.exists(Path.of("/dev/net/tun")), "this computer has no /dev/net/tun");
  }

  private void start() throws IOException {
    peer = NetworkNamespace.make();
    Tap tap = peer.call(() -> GuestStack.interfaceOf(PEER, mtu));
    NetBackend backend =
        switch (wire) {
          case TAP -> new TapBackend(tap, mtu);
          case STREAM -> {
            List<UnixSocket> pair = UnixSocket.pair();
            cable = new StreamCable(pair.get(1), tap);
            yield new StreamBackend(pair.get(0), mtu);
          }
        };
    guest = new GuestStack(new Net(backend, MAC, mtu), GUEST, mtu);
  }

  @AfterEach
  void end() {
    if (guest != null) {
      guest.close();
      if (cable != null) {
        cable.close();
      }
      peer.close();
    }
  }

  @Test
  void aLargeTransferArrivesAsItWasSentInBothDirectionsAtOnce() throws Exception {
    start();
    CompletableFuture<byte[]> uploaded = new CompletableFuture<>();
    CompletableFuture<byte[]> downloaded = new CompletableFuture<>();
    try (ServerSocket server =
            Traffic.serve(
                peer,
                PEER,
                socket -> {
                  Thread sender =
                      Thread.ofPlatform()
                          .start(() ->
                              downloaded.completeAsync(
                                  () -> unchecked(() -> Traffic.send(socket, 2, SIZE)),
                                  Runnable::run));
                  uploaded.complete(Traffic.receive(socket));
                  fcvm.linux.Join.uninterruptibly(sender);
                });
        Socket socket = Traffic.connect(guest.namespace, server)) {
      CompletableFuture<byte[]> received =
          CompletableFuture.supplyAsync(() -> unchecked(() -> Traffic.receive(socket)));
      byte[] sent = Traffic.send(socket, 1, SIZE);
      assertThat(uploaded.get()).as("from the guest").isEqualTo(sent);
      assertThat(received.get()).as("to the guest").isEqualTo(downloaded.get());
    }
  }

  private static <T> T unchecked(Callable<T> task) {
    try {
      return task.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void manyConnectionsAtOnceAndOneAfterTheOther() throws Exception {
    start();
    try (ServerSocket server =
            Traffic.serve(
                peer,
                PEER,
                socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
        ExecutorService threads = Executors.newFixedThreadPool(16)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        long seed = i;
        all.add(threads.submit(() -> echo(server, seed)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private Void echo(ServerSocket server, long seed) throws IOException {
    try (Socket socket = Traffic.connect(guest.namespace, server)) {
      byte[] sent = Traffic.send(socket, seed, 1 + 100 * seed);
      assertThat(Traffic.receive(socket)).isEqualTo(sent);
      return null;
    }
  }

  @Test
  void datagramsOfEverySize() throws Exception {
    start();
    Random random = new Random(mtu);
    try (DatagramSocket server = Traffic.answer(peer, PEER, 0, bytes -> bytes);
        DatagramSocket client = guest.namespace.call(() -> new DatagramSocket(0, GUEST))) {
      // The last ones travel in fragments.
      for (int size : new int[] {1, 17, 18, 1472, 1473, 8972, 8973, 20_000, 65_507}) {
        byte[] question = new byte[size];
        random.nextBytes(question);
        assertThat(Traffic.ask(client, server, question)).as("%d bytes", size).isEqualTo(question);
      }
    }
  }

  /// A resolver that knows one name, asked as a C library would.
  @Test
  void aNameIsResolved() throws Exception {
    start();
    byte[] name = "\5hello\4test\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    ByteBuffer query = ByteBuffer.allocate(12 + name.length + 4);
    query.putShort((short) 0x1234).putShort((short) 0x0100).putShort((short) 1).position(12);
    query.put(name).putShort((short) 1).putShort((short) 1);
    try (DatagramSocket resolver = Traffic.answer(peer, PEER, 53, TrafficTest::resolve);
        DatagramSocket client = guest.namespace.call(() -> new DatagramSocket(0, GUEST))) {
      ByteBuffer answer = ByteBuffer.wrap(Traffic.ask(client, resolver, query.array()));
      assertThat(answer.getShort(0)).isEqualTo((short) 0x1234);
      assertThat(answer.getShort(6)).as("answers").isEqualTo((short) 1);
      byte[] address = new byte[4];
      answer.get(answer.capacity() - 4, address);
      assertThat(InetAddress.getByAddress(address).getHostAddress()).isEqualTo("203.0.113.9");
    }
  }

  private static byte[] resolve(byte[] query) {
    ByteBuffer answer = ByteBuffer.allocate(query.length + 16).put(query);
    answer.putShort(2, (short) 0x8180).putShort(6, (short) 1);
    return answer
        .putShort((short) 0xc00c)
        .putShort((short) 1)
        .putShort((short) 1)
        .putInt(60)
        .putShort((short) 4)
        .put(new byte[] {(byte) 203, 0, 113, 9})
        .array();
  }

  @Test
  void aLinkThatGoesAwayIsDownAndTheGuestLivesOn() throws Exception {
    start();
    try (ServerSocket server = Traffic.serve(peer, PEER, Traffic::receive);
        Socket socket = Traffic.connect(guest.namespace, server)) {
      socket.getOutputStream().write(new byte[100_000]);
      guest.driver.interrupt.drain();
      if (cable != null) {
        cable.close();
      } else {
        assertThat(peer.call(() -> run("ip", "link", "delete", "eth0"))).isZero();
      }
      guest.driver.awaitInterrupt();
      long deadline = System.nanoTime() + 20_000_000_000L;
      while (guest.driver.read(0x104) >>> 16 != 0 && System.nanoTime() < deadline) {
        Thread.sleep(1);
      }
      assertThat(guest.driver.read(0x104) >>> 16).as("link").isZero();
      // What the guest sends now is dropped, and its buffers come back.
      try (DatagramSocket client = guest.namespace.call(() -> new DatagramSocket(0, GUEST))) {
        for (int i = 0; i < 100; i++) {
          client.send(new java.net.DatagramPacket(new byte[100], 100, PEER, 9));
        }
      }
      // All at one time: the guest goes on sending, TCP what nobody acknowledges.
      int free = guest.freeBuffers();
      while (free < GuestStack.SEND_BUFFERS && System.nanoTime() < deadline) {
        Thread.sleep(1);
        free = guest.freeBuffers();
      }
      assertThat(free).isEqualTo(GuestStack.SEND_BUFFERS);
    }
  }

  private static int run(String... command) throws IOException {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aFrameForAnInterfaceThatIsDownIsDropped() throws Exception {
    start();
    assertThat(peer.call(() -> run("ip", "link", "set", "eth0", "down"))).isZero();
    try (DatagramSocket client = guest.namespace.call(() -> new DatagramSocket(0, GUEST))) {
      byte[] question = {1, 2, 3};
      client.send(new java.net.DatagramPacket(question, 3, PEER, 9));
      peer.call(() -> {
        new NetDevice("eth0").up();
        return null;
      });
      try (DatagramSocket server = Traffic.answer(peer, PEER, 0, bytes -> bytes)) {
        assertThat(Traffic.ask(client, server, question)).isEqualTo(question);
      }
    }
  }
}
