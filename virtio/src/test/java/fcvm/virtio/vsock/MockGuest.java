package fcvm.virtio.vsock;

import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_CREDIT_UPDATE;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_REQUEST;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_RESPONSE;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_RW;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.virtio.MockDriver;
import fcvm.virtio.MockQueue;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// The guest's side of a vsock device: sends packets, receives packets, keeps receive buffers
/// posted. Credit is the test's business.
final class MockGuest implements AutoCloseable {
  static final int CID = 42;
  static final int RX_BUFFER = 4096;
  static final int MAX_PAYLOAD = 32 * 1024;

  private static final int TX_SLOTS = 64;

  /// A packet that the device sent.
  @SuppressWarnings("ArrayRecordComponent") // packets are read, never compared
  record Packet(VsockHeader header, byte[] payload) {
    int op() {
      return header.op();
    }

    int hostPort() {
      return header.srcPort();
    }

    int guestPort() {
      return header.dstPort();
    }
  }

  final MockDriver driver;
  private final Map<Integer, Long> rxBuffers = new HashMap<>();
  private final Map<Integer, Long> txBuffers = new HashMap<>();
  private final Deque<Long> freeTx = new ArrayDeque<>();
  int bufAlloc = 256 * 1024;
  int fwdCnt;

  MockGuest(Path socket, int rxCount) throws IOException {
    driver = MockDriver.ready(new Vsock(CID, socket), -1);
    for (int i = 0; i < rxCount; i++) {
      post(driver.allocate(RX_BUFFER));
    }
    for (int i = 0; i < TX_SLOTS; i++) {
      freeTx.add(driver.allocate(VsockHeader.SIZE + MAX_PAYLOAD));
    }
    driver.notify(rx());
  }

  MockQueue rx() {
    return driver.queues.get(0);
  }

  MockQueue tx() {
    return driver.queues.get(1);
  }

  void post(long buffer) {
    rxBuffers.put(rx().add(MockQueue.Buffer.writable(buffer, RX_BUFFER)), buffer);
  }

  /// The next packet from the device; its buffer is posted again.
  Packet receive() {
    return unpack(driver.await(rx()));
  }

  /// The next packet if there is one already.
  Packet poll() {
    MockQueue.Used used = rx().poll();
    return used == null ? null : unpack(used);
  }

  private Packet unpack(MockQueue.Used used) {
    long buffer = rxBuffers.remove(used.head());
    byte[] bytes = driver.memory.getBytes(buffer, used.written());
    VsockHeader header = VsockHeader.read(MemorySegment.ofArray(bytes));
    assertThat(header.length()).isEqualTo(bytes.length - VsockHeader.SIZE);
    assertThat(header.srcCid()).isEqualTo(2);
    assertThat(header.dstCid()).isEqualTo(CID);
    post(buffer);
    if (rx().wantsNotification()) {
      driver.notify(rx());
    }
    return new Packet(header, Arrays.copyOfRange(bytes, VsockHeader.SIZE, bytes.length));
  }

  /// The next packet, which must be of this kind; credit updates in between are skipped.
  Packet expect(int op) {
    Packet packet = receive();
    while (packet.op() == VIRTIO_VSOCK_OP_CREDIT_UPDATE && op != VIRTIO_VSOCK_OP_CREDIT_UPDATE) {
      packet = receive();
    }
    assertThat(packet.op()).as("op of %s", packet.header()).isEqualTo(op);
    return packet;
  }

  void send(int op, int hostPort, int guestPort, int flags, byte[] payload) {
    send(
        new VsockHeader(
            CID, 2, guestPort, hostPort, payload.length, 1, op, flags, bufAlloc, fwdCnt),
        payload);
  }

  void send(int op, int hostPort, int guestPort) {
    send(op, hostPort, guestPort, 0, new byte[0]);
  }

  void send(VsockHeader header, byte[] payload) {
    MockQueue.Used used = tx().poll();
    while (used != null || freeTx.isEmpty()) {
      freeTx.add(txBuffers.remove((used == null ? driver.await(tx()) : used).head()));
      used = tx().poll();
    }
    long buffer = freeTx.remove();
    byte[] bytes = new byte[VsockHeader.SIZE];
    header.write(MemorySegment.ofArray(bytes));
    driver.memory.setBytes(buffer, bytes);
    driver.memory.setBytes(buffer + VsockHeader.SIZE, payload);
    int head =
        payload.length == 0
            ? tx().add(MockQueue.Buffer.readable(buffer, VsockHeader.SIZE))
            : tx().add(
                    MockQueue.Buffer.readable(buffer, VsockHeader.SIZE),
                    MockQueue.Buffer.readable(buffer + VsockHeader.SIZE, payload.length));
    txBuffers.put(head, buffer);
    if (tx().wantsNotification()) {
      driver.notify(tx());
    }
  }

  /// Accepts the next connection of the host.
  Packet accept() {
    Packet request = expect(VIRTIO_VSOCK_OP_REQUEST);
    send(VIRTIO_VSOCK_OP_RESPONSE, request.hostPort(), request.guestPort());
    return request;
  }

  /// Connects to a port of the host.
  Packet connect(int hostPort, int guestPort) {
    send(VIRTIO_VSOCK_OP_REQUEST, hostPort, guestPort);
    return expect(VIRTIO_VSOCK_OP_RESPONSE);
  }

  void write(int hostPort, int guestPort, byte[] payload) {
    send(VIRTIO_VSOCK_OP_RW, hostPort, guestPort, 0, payload);
  }

  @Override
  public void close() {
    driver.close();
  }
}
