package fcvm.virtio.vsock;

import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_REQUEST;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_RESPONSE;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_RST;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_RW;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.LinuxException;
import fcvm.linux.UnixSocket;
import fcvm.virtio.vsock.MockGuest.Packet;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VsockTest extends VsockTestCase {

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
