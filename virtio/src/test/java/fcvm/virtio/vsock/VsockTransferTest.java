package fcvm.virtio.vsock;

import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_CREDIT_REQUEST;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_CREDIT_UPDATE;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_RST;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_RW;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_SHUTDOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.virtio.vsock.MockGuest.Packet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Credit, backpressure and the end of each direction.
class VsockTransferTest extends VsockTestCase {
  private static final int RCV = 1;
  private static final int SEND = 2;
  private static final int BOTH = 3;
  private static final int BIG = 20_000_000;

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
    // The end of what the host sent may be told before its reading no more.
    while (packet.op() != VIRTIO_VSOCK_OP_SHUTDOWN || packet.header().flags() != BOTH) {
      arrived += packet.payload().length;
      packet = guest.receive();
    }
    assertThat(arrived).isEqualTo(100_000);
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

  private static byte[] readAll(SocketChannel channel) {
    try {
      return read(channel, BIG + 1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
