package fcvm.virtio.vsock;

import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_CREDIT_REQUEST;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_CREDIT_UPDATE;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_REQUEST;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_RESPONSE;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_RST;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_RW;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_SHUTDOWN;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.LinuxException;
import fcvm.linux.UnixSocket;
import fcvm.virtio.vsock.MockGuest.Packet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VsockTest {
  private static final int RCV = 1;
  private static final int SEND = 2;
  private static final int BOTH = 3;
  private static final int BIG = 20_000_000;

  @TempDir Path directory;
  private Path path;
  private MockGuest guest;

  @BeforeEach
  void start() throws IOException {
    path = directory.resolve("v.sock");
    guest = new MockGuest(path, 128);
  }

  @AfterEach
  void stop() {
    guest.close();
  }

  private SocketChannel client(String line) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
    channel.write(ByteBuffer.wrap(line.getBytes(US_ASCII)));
    return channel;
  }

  private ServerSocketChannel listener(int port) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    return server.bind(UnixDomainSocketAddress.of(path + "_" + port));
  }

  private static byte[] read(SocketChannel channel, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /// A connection that a client of the host made and the guest accepted.
  private record Pair(SocketChannel channel, int hostPort, int guestPort) {}

  private Pair pair() throws IOException {
    SocketChannel channel = client("CONNECT 1025\n");
    Packet request = guest.accept();
    String expected = "OK " + Integer.toUnsignedString(request.hostPort()) + "\n";
    assertThat(new String(read(channel, expected.length()), US_ASCII)).isEqualTo(expected);
    return new Pair(channel, request.hostPort(), request.guestPort());
  }

  @Test
  void aClientOfTheHostReachesTheGuest() throws IOException {
    Pair pair = pair();
    assertThat(pair.guestPort()).isEqualTo(1025);
    assertThat(pair.hostPort()).isGreaterThanOrEqualTo(1 << 30);
    pair.channel().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThat(guest.expect(VIRTIO_VSOCK_OP_RW).payload()).containsExactly(1, 2, 3);
    guest.write(pair.hostPort(), 1025, new byte[] {4, 5});
    assertThat(read(pair.channel(), 2)).containsExactly(4, 5);
  }

  @Test
  void whatFollowsTheConnectLineIsTheGuests() throws IOException {
    client("CONNECT 7\nhello");
    guest.accept();
    assertThat(guest.expect(VIRTIO_VSOCK_OP_RW).payload()).isEqualTo("hello".getBytes(US_ASCII));
  }

  @Test
  void aClientWhoseGuestRefusesIsClosedWithoutAWord() throws IOException {
    SocketChannel channel = client("CONNECT 1\n");
    Packet request = guest.expect(VIRTIO_VSOCK_OP_REQUEST);
    guest.send(VIRTIO_VSOCK_OP_RST, request.hostPort(), request.guestPort());
    assertThat(read(channel, 10)).isEmpty();
  }

  @Test
  void aGuestThatDoesNotAnswerIsGivenUpAfterAWhile() throws IOException {
    SocketChannel channel = client("CONNECT 1\n");
    Packet request = guest.expect(VIRTIO_VSOCK_OP_REQUEST);
    assertThat(read(channel, 10)).isEmpty();
    assertThat(guest.expect(VIRTIO_VSOCK_OP_RST).hostPort()).isEqualTo(request.hostPort());
  }

  @Test
  void clientsThatTalkNonsenseAreClosed() throws IOException {
    for (String line :
        List.of(
            "HELLO\n",
            "CONNECT\n",
            "CONNECT x\n",
            "CONNECT 4294967296\n",
            "CONNECT -1\n",
            "CONNECT 1                                          ")) {
      try (SocketChannel channel = client(line)) {
        assertThat(readUntilClosed(channel)).as(line).isEmpty();
      }
    }
    assertThat(guest.poll()).isNull();
  }

  /// As `read`, where the device may have closed with bytes of ours unread.
  private static byte[] readUntilClosed(SocketChannel channel) {
    try {
      return read(channel, 10);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  @Test
  void theGuestReachesAListenerOfTheHost() throws IOException {
    try (ServerSocketChannel server = listener(1024)) {
      guest.connect(1024, 5000);
      SocketChannel channel = server.accept();
      guest.write(1024, 5000, new byte[] {9});
      assertThat(read(channel, 1)).containsExactly(9);
      channel.write(ByteBuffer.wrap(new byte[] {8}));
      assertThat(guest.expect(VIRTIO_VSOCK_OP_RW).payload()).containsExactly(8);
    }
  }

  @Test
  void theGuestIsRefusedWhereNobodyListens() {
    guest.send(VIRTIO_VSOCK_OP_REQUEST, 1024, 5000);
    Packet answer = guest.expect(VIRTIO_VSOCK_OP_RST);
    assertThat(answer.hostPort()).isEqualTo(1024);
    assertThat(answer.guestPort()).isEqualTo(5000);
  }

  @Test
  void packetsOfUnknownConnectionsAreAnsweredWithReset() {
    guest.send(VIRTIO_VSOCK_OP_RW, 1, 2, 0, new byte[10]);
    guest.expect(VIRTIO_VSOCK_OP_RST);
    guest.send(VIRTIO_VSOCK_OP_RST, 1, 2);
    guest.send(new VsockHeader(MockGuest.CID, 2, 2, 1, 0, 77, 1, 0, 0, 0), new byte[0]);
    guest.expect(VIRTIO_VSOCK_OP_RST);
    guest.send(new VsockHeader(99, 2, 2, 1, 0, 1, 5, 0, 0, 0), new byte[0]);
    guest.send(99, 3, 4);
    assertThat(guest.expect(VIRTIO_VSOCK_OP_RST).hostPort()).as("no answer before").isEqualTo(3);
  }

  @Test
  void bigTransfersFromTheHostArriveWholeAsFastAsTheGuestTakesThem() throws Exception {
    byte[] sent = random(BIG);
    Pair pair = pair();
    CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(pair.channel(), sent));
    ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    int announced = 0;
    boolean isOpen = true;
    while (isOpen) {
      Packet packet = guest.receive();
      switch (packet.op()) {
        case VIRTIO_VSOCK_OP_RW -> {
          arrived.writeBytes(packet.payload());
          int inFlight = arrived.size() - announced;
          assertThat(inFlight).as("within credit").isLessThanOrEqualTo(guest.bufAlloc);
          if (inFlight > guest.bufAlloc / 2) {
            announced = arrived.size();
            guest.fwdCnt = announced;
            guest.send(VIRTIO_VSOCK_OP_CREDIT_UPDATE, pair.hostPort(), 1025);
          }
        }
        case VIRTIO_VSOCK_OP_SHUTDOWN -> isOpen = (packet.header().flags() & SEND) == 0;
        default -> assertThat(packet.op()).isEqualTo(VIRTIO_VSOCK_OP_CREDIT_REQUEST);
      }
    }
    writer.join();
    assertThat(arrived.toByteArray()).isEqualTo(sent);
  }

  private static void write(SocketChannel channel, byte[] bytes) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.shutdownOutput();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void bigTransfersFromTheGuestArriveWhole() throws Exception {
    byte[] sent = random(BIG);
    Pair pair = pair();
    CompletableFuture<byte[]> reader = CompletableFuture.supplyAsync(() -> readAll(pair.channel()));
    int offset = 0;
    int taken = 0;
    int room = Credit.BUFFER_SIZE;
    while (offset < sent.length) {
      int length =
          Math.min(Math.min(MockGuest.MAX_PAYLOAD, sent.length - offset), room - (offset - taken));
      if (length > 0) {
        guest.write(pair.hostPort(), 1025, Arrays.copyOfRange(sent, offset, offset + length));
        offset += length;
      }
      Packet packet = length > 0 ? guest.poll() : guest.receive();
      if (packet != null) {
        assertThat(packet.op()).isEqualTo(VIRTIO_VSOCK_OP_CREDIT_UPDATE);
        taken = packet.header().fwdCnt();
        assertThat(taken).isLessThanOrEqualTo(offset);
      }
    }
    guest.send(VIRTIO_VSOCK_OP_SHUTDOWN, pair.hostPort(), 1025, BOTH, new byte[0]);
    assertThat(reader.join()).isEqualTo(sent);
    guest.expect(VIRTIO_VSOCK_OP_RST);
  }

  private static byte[] readAll(SocketChannel channel) {
    try {
      return read(channel, BIG + 1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aGuestThatSendsBeyondItsCreditIsReset() throws IOException {
    Pair pair = pair();
    // The socket's own buffer takes some; what is held for it is bounded.
    Packet packet = null;
    for (int i = 0; packet == null && i < 100; i++) {
      guest.write(pair.hostPort(), 1025, new byte[MockGuest.MAX_PAYLOAD]);
      packet = guest.poll();
      packet = packet != null && packet.op() == VIRTIO_VSOCK_OP_CREDIT_UPDATE ? null : packet;
    }
    if (packet == null) {
      packet = guest.expect(VIRTIO_VSOCK_OP_RST);
    }
    assertThat(packet.op()).isEqualTo(VIRTIO_VSOCK_OP_RST);
  }

  @Test
  void aHostThatHasSentAllStillHearsTheGuest() throws IOException {
    Pair pair = pair();
    pair.channel().write(ByteBuffer.wrap(new byte[] {1}));
    pair.channel().shutdownOutput();
    guest.expect(VIRTIO_VSOCK_OP_RW);
    assertThat(guest.expect(VIRTIO_VSOCK_OP_SHUTDOWN).header().flags()).isEqualTo(SEND);
    guest.write(pair.hostPort(), 1025, new byte[] {5, 6});
    guest.send(VIRTIO_VSOCK_OP_SHUTDOWN, pair.hostPort(), 1025, SEND, new byte[0]);
    assertThat(read(pair.channel(), 100)).containsExactly(5, 6);
    assertThat(guest.expect(VIRTIO_VSOCK_OP_SHUTDOWN).header().flags()).isEqualTo(BOTH);
    guest.send(VIRTIO_VSOCK_OP_RST, pair.hostPort(), 1025);
  }

  @Test
  void aGuestThatHasSentAllStillHearsTheHost() throws IOException {
    Pair pair = pair();
    guest.write(pair.hostPort(), 1025, new byte[] {5, 6});
    guest.send(VIRTIO_VSOCK_OP_SHUTDOWN, pair.hostPort(), 1025, SEND, new byte[0]);
    assertThat(read(pair.channel(), 100)).containsExactly(5, 6);
    pair.channel().write(ByteBuffer.wrap(new byte[] {1, 2}));
    assertThat(guest.expect(VIRTIO_VSOCK_OP_RW).payload()).containsExactly(1, 2);
    pair.channel().close();
    Packet shutdown = guest.expect(VIRTIO_VSOCK_OP_SHUTDOWN);
    if (shutdown.header().flags() != BOTH) {
      shutdown = guest.expect(VIRTIO_VSOCK_OP_SHUTDOWN);
    }
    assertThat(shutdown.header().flags()).isEqualTo(BOTH);
    guest.expect(VIRTIO_VSOCK_OP_RST);
  }

  @Test
  void aHostThatClosedIsReportedAfterItsLastBytes() throws IOException {
    Pair pair = pair();
    pair.channel().write(ByteBuffer.wrap(random(100_000)));
    pair.channel().close();
    int arrived = 0;
    Packet packet = guest.receive();
    while (packet.op() != VIRTIO_VSOCK_OP_SHUTDOWN || (packet.header().flags() & SEND) == 0) {
      arrived += packet.payload().length;
      packet = guest.receive();
    }
    assertThat(arrived).isEqualTo(100_000);
    assertThat(packet.header().flags()).isEqualTo(BOTH);
  }

  @Test
  void aGuestWhoseCreditIsUsedUpIsAskedOnceAndThenLeftAlone() throws IOException {
    guest.bufAlloc = 1000;
    Pair pair = pair();
    pair.channel().write(ByteBuffer.wrap(random(3000)));
    assertThat(guest.expect(VIRTIO_VSOCK_OP_RW).payload()).hasSize(1000);
    guest.expect(VIRTIO_VSOCK_OP_CREDIT_REQUEST);
    for (int i = 0; i < 3; i++) {
      guest.send(VIRTIO_VSOCK_OP_CREDIT_UPDATE, pair.hostPort(), 1025);
    }
    guest.send(VIRTIO_VSOCK_OP_RW, 1, 2);
    guest.expect(VIRTIO_VSOCK_OP_RST);
    guest.fwdCnt = 1000;
    guest.send(VIRTIO_VSOCK_OP_CREDIT_UPDATE, pair.hostPort(), 1025);
    assertThat(guest.expect(VIRTIO_VSOCK_OP_RW).payload()).hasSize(1000);
  }

  @Test
  void aGuestThatClaimsToHaveTakenMoreThanWasSentHasNoCredit() throws IOException {
    Pair pair = pair();
    guest.fwdCnt = 5;
    guest.send(VIRTIO_VSOCK_OP_CREDIT_UPDATE, pair.hostPort(), 1025);
    guest.send(VIRTIO_VSOCK_OP_RW, 1, 2);
    guest.expect(VIRTIO_VSOCK_OP_RST);
    pair.channel().write(ByteBuffer.wrap(new byte[10]));
    guest.expect(VIRTIO_VSOCK_OP_CREDIT_REQUEST);
  }

  @Test
  void aResetInTheMiddleOfTransfersClosesAllConnections() throws IOException {
    Pair first = pair();
    Pair second = pair();
    first.channel().write(ByteBuffer.wrap(new byte[100_000]));
    guest.write(second.hostPort(), 1025, new byte[10_000]);
    guest.driver.write(0x070, 0);
    assertThat(guest.driver.status()).isZero();
    readUntilClosed(first.channel());
    assertThat(read(second.channel(), 20_000).length).isIn(0, 10_000);
    guest.driver.start(-1);
    guest.post(guest.driver.allocate(MockGuest.RX_BUFFER));
    guest.driver.notify(guest.rx());
    pair();
  }

  @Test
  void allConnectionsWorkUpToTheLimit() throws IOException {
    List<SocketChannel> channels = new ArrayList<>();
    for (int i = 0; i < Vsock.MAX_CONNECTIONS; i++) {
      channels.add(pair().channel());
    }
    SocketChannel oneTooMany = SocketChannel.open(UnixDomainSocketAddress.of(path));
    assertThat(readUntilClosed(oneTooMany)).isEmpty();
    try (ServerSocketChannel server = listener(1024)) {
      assertThat(server.isOpen()).isTrue();
      guest.send(VIRTIO_VSOCK_OP_REQUEST, 1024, 5000);
      guest.expect(VIRTIO_VSOCK_OP_RST);
    }
    channels.getFirst().write(ByteBuffer.wrap(new byte[] {7}));
    assertThat(guest.expect(VIRTIO_VSOCK_OP_RW).payload()).containsExactly(7);
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }

  @Test
  void aSecondRequestForTheSamePortsResetsTheConnection() throws IOException {
    try (ServerSocketChannel server = listener(1024)) {
      guest.connect(1024, 5000);
      SocketChannel channel = server.accept();
      guest.send(VIRTIO_VSOCK_OP_REQUEST, 1024, 5000);
      guest.expect(VIRTIO_VSOCK_OP_RST);
      assertThat(read(channel, 1)).isEmpty();
      guest.send(VIRTIO_VSOCK_OP_RESPONSE, 1024, 5000);
      guest.expect(VIRTIO_VSOCK_OP_RST);
    }
  }

  @Test
  void aGuestThatReceivesNoMoreStopsTheHost() throws IOException {
    Pair pair = pair();
    guest.send(VIRTIO_VSOCK_OP_SHUTDOWN, pair.hostPort(), 1025, RCV, new byte[0]);
    guest.expect(VIRTIO_VSOCK_OP_SHUTDOWN);
    assertThatThrownBy(() -> pair.channel().write(ByteBuffer.wrap(new byte[10])))
        .isInstanceOf(IOException.class);
    guest.write(pair.hostPort(), 1025, new byte[] {3});
    assertThat(read(pair.channel(), 1)).containsExactly(3);
  }

  @Test
  void needsAResetAfterAPacketWithoutAHeader() {
    guest.tx().add(fcvm.virtio.MockQueue.Buffer.readable(0x100000, 43));
    guest.driver.notify(guest.tx());
    assertThat(guest.driver.awaitStatus(64) & 64).isEqualTo(64);
  }

  @Test
  void tellsTheGuestItsCid() {
    assertThat(guest.driver.read(0x100)).isEqualTo(MockGuest.CID);
    assertThat(guest.driver.read(0x104)).isZero();
  }

  @Test
  void theSocketFileIsItsOwnersAndGoesAway() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    assertThatThrownBy(() -> new Vsock(3, path).close()).isInstanceOf(LinuxException.class);
    assertThat(path).exists();
    guest.close();
    assertThat(path).doesNotExist();
    guest = new MockGuest(path, 1);
  }

  @Test
  void aPathThatIsTooLongSaysSo() {
    Path tooLong = directory.resolve("x".repeat(UnixSocket.MAX_PATH));
    assertThatThrownBy(() -> new Vsock(3, tooLong).close())
        .hasMessageContaining("at most 107")
        .hasMessageContaining(tooLong.toString());
  }
}
