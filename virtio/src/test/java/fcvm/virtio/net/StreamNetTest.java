package fcvm.virtio.net;

import static fcvm.virtio.MockQueue.Buffer.readable;
import static fcvm.virtio.MockQueue.Buffer.writable;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.MacAddress;
import fcvm.linux.UnixSocket;
import fcvm.virtio.Features;
import fcvm.virtio.MockDriver;
import fcvm.virtio.MockQueue;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The card with a stream socket behind it.
class StreamNetTest {
  private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:05").orElseThrow();
  private static final int MTU = 9000;
  private static final long ALL = -1;
  private static final long NOT_MERGEABLE = ~Net.VIRTIO_NET_F_MRG_RXBUF;
  private static final int NEEDS_RESET = 64;
  private static final int CONFIG = 0x100;

  private final Random random = new Random(7);
  private Peer peer;
  private MockDriver driver;

  @BeforeEach
  void makeNothing() {
    peer = null;
    driver = null;
  }

  private void start(long wanted) throws IOException {
    List<UnixSocket> pair = UnixSocket.pair();
    peer = new Peer(pair.get(1));
    driver = MockDriver.ready(new Net(new StreamBackend(pair.get(0), MTU), MAC, MTU), wanted);
  }

  @AfterEach
  void close() {
    driver.close();
    peer.close();
  }

  private MockQueue rx() {
    return driver.queues.get(0);
  }

  private MockQueue tx() {
    return driver.queues.get(1);
  }

  private byte[] frame(int size) {
    byte[] frame = new byte[size];
    random.nextBytes(frame);
    return frame;
  }

  private long packet(byte[] frame) {
    long gpa = driver.allocate(PacketHeader.SIZE + frame.length);
    driver.memory.setBytes(gpa + PacketHeader.SIZE, frame);
    return gpa;
  }

  private void transmit(byte[] frame) {
    driver.request(tx(), readable(packet(frame), PacketHeader.SIZE + frame.length));
  }

  private void transmitLater(byte[] frame) {
    tx().add(readable(packet(frame), PacketHeader.SIZE + frame.length));
    driver.notify(tx());
  }

  @Test
  void saysWhatItIs() throws IOException {
    start(ALL);
    assertThat(driver.read(0x008)).as("network card").isEqualTo(1);
    assertThat(driver.read(CONFIG)).as("MAC, first bytes").isEqualTo(0x00000002);
    assertThat(driver.read(CONFIG + 4)).as("MAC, and link up").isEqualTo(0x00010500);
    assertThat(driver.read(CONFIG + 8) >>> 16).as("MTU").isEqualTo(MTU);
    assertThat(driver.offered() & Net.VIRTIO_NET_F_CSUM).as("CSUM").isZero();
  }

  @Test
  void sendsAFrameHoweverItIsCut() throws IOException {
    start(ALL);
    byte[] frame = frame(500);
    long gpa = packet(frame);
    driver.request(
        tx(),
        readable(gpa, 5),
        readable(gpa + 5, 10),
        readable(gpa + 15, 1),
        readable(gpa + 16, 496));
    assertThat(peer.receive()).isEqualTo(frame);
  }

  @Test
  void dropsWhatIsNoFrameAndGoesOn() throws IOException {
    start(ALL);
    transmit(frame(13));
    transmit(frame(MTU + 15));
    byte[] good = frame(14);
    transmit(good);
    byte[] longest = frame(MTU + 14);
    transmit(longest);
    assertThat(peer.receive()).isEqualTo(good);
    assertThat(peer.receive()).isEqualTo(longest);
  }

  @Test
  void needsAResetAfterAPacketWithoutAHeader() throws IOException {
    start(ALL);
    tx().add(readable(driver.allocate(16), 11));
    driver.notify(tx());
    assertThat(driver.awaitStatus(NEEDS_RESET) & NEEDS_RESET).isEqualTo(NEEDS_RESET);
  }

  @Test
  void needsAResetAfterRoomWithoutSpaceForAHeader() throws IOException {
    start(ALL);
    rx().add(writable(driver.allocate(16), 11));
    driver.notify(rx());
    peer.send(frame(60));
    assertThat(driver.awaitStatus(NEEDS_RESET) & NEEDS_RESET).isEqualTo(NEEDS_RESET);
  }

  @Test
  void receivesIntoOneBufferWithAHeaderThatSaysSo() throws IOException {
    start(ALL);
    long gpa = driver.allocate(2000);
    driver.memory.setBytes(gpa, filled(2000));
    rx().add(writable(gpa, 7), writable(gpa + 7, 1993));
    driver.notify(rx());
    byte[] frame = frame(1000);
    peer.send(frame);
    assertThat(driver.await(rx()).written()).isEqualTo(1012);
    byte[] header = new byte[12];
    header[0] = PacketHeader.DATA_VALID;
    header[10] = 1;
    assertThat(driver.memory.getBytes(gpa, 12)).isEqualTo(header);
    assertThat(driver.memory.getBytes(gpa + 12, 1000)).isEqualTo(frame);
    assertThat(driver.memory.getBytes(gpa + 1012, 988)).as("the rest").containsOnly(0x55);
  }

  private static byte[] filled(int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) 0x55);
    return bytes;
  }

  @Test
  void claimsNothingAboutChecksumsToADriverThatDoesNotAsk() throws IOException {
    start(Features.COMMON);
    long gpa = driver.allocate(2000);
    rx().add(writable(gpa, 2000));
    driver.notify(rx());
    peer.send(frame(60));
    driver.await(rx());
    assertThat(driver.memory.getBytes(gpa, 1)).containsExactly(0);
  }

  @Test
  void joinsBuffersForALongFrame() throws IOException {
    start(ALL);
    long[] buffers = new long[8];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = driver.allocate(1500);
      rx().add(writable(buffers[i], 1500));
    }
    driver.notify(rx());
    byte[] frame = frame(4000);
    peer.send(frame);
    assertThat(driver.await(rx()).written()).isEqualTo(1500);
    // Nothing is seen before all is there.
    assertThat(rx().poll().written()).isEqualTo(1500);
    assertThat(rx().poll().written()).isEqualTo(1012);
    assertThat(driver.memory.getShort(buffers[0] + 10)).as("num_buffers").isEqualTo((short) 3);
    assertThat(driver.memory.getBytes(buffers[0] + 12, 1488)).isEqualTo(Arrays.copyOf(frame, 1488));
    assertThat(driver.memory.getBytes(buffers[2], 1012))
        .isEqualTo(Arrays.copyOfRange(frame, 2988, 4000));
    byte[] next = frame(100);
    peer.send(next);
    assertThat(driver.await(rx()).written()).isEqualTo(112);
    assertThat(driver.memory.getBytes(buffers[3] + 12, 100)).isEqualTo(next);
  }

  @Test
  void waitsForRoom() throws IOException {
    start(ALL);
    List<byte[]> frames = List.of(frame(3000), frame(60), frame(9000));
    frames.forEach(peer::send);
    for (byte[] frame : frames) {
      int size = 12 + frame.length;
      long gpa = driver.allocate(size);
      rx().add(writable(gpa, size / 2));
      driver.notify(rx());
      rx().add(writable(gpa + size / 2, size - size / 2));
      driver.notify(rx());
      int first = driver.await(rx()).written();
      int second = first == size ? 0 : driver.await(rx()).written();
      assertThat(first + second).isEqualTo(size);
      assertThat(driver.memory.getBytes(gpa + 12, frame.length)).isEqualTo(frame);
    }
  }

  @Test
  void throwsAwayWhatDoesNotFitIntoABufferThatCannotBeJoined() throws IOException {
    start(ALL & NOT_MERGEABLE);
    long gpa = driver.allocate(1526);
    rx().add(writable(gpa, 1526));
    rx().add(writable(driver.allocate(1526), 1526));
    driver.notify(rx());
    peer.send(frame(1515));
    byte[] frame = frame(1514);
    peer.send(frame);
    assertThat(driver.await(rx()).written()).isEqualTo(1526);
    assertThat(driver.memory.getBytes(gpa + 12, 1514)).isEqualTo(frame);
    assertThat(rx().poll()).isNull();
  }

  @Test
  void takesAFrameThatComesByteByByte() throws IOException {
    start(ALL);
    long gpa = driver.allocate(200);
    rx().add(writable(gpa, 200));
    driver.notify(rx());
    byte[] frame = frame(60);
    for (byte b : Peer.framed(frame)) {
      peer.write(new byte[] {b});
      Thread.onSpinWait();
    }
    assertThat(driver.await(rx()).written()).isEqualTo(72);
    assertThat(driver.memory.getBytes(gpa + 12, 60)).isEqualTo(frame);
  }

  @Test
  void keepsStepWithTheStreamWhenADriverGoesAwayInTheMiddleOfAFrame() throws IOException {
    start(ALL);
    rx().add(writable(driver.allocate(9100), 9100));
    driver.notify(rx());
    byte[] half = Peer.framed(frame(8000));
    peer.write(Arrays.copyOf(half, 4000));
    // A packet the other way shows that the card has looked at the socket.
    transmit(frame(60));
    peer.receive();
    driver.start(ALL);
    peer.write(Arrays.copyOfRange(half, 4000, half.length));
    byte[] whole = frame(70);
    peer.send(whole);
    long gpa = driver.allocate(200);
    rx().add(writable(gpa, 200));
    driver.notify(rx());
    assertThat(driver.await(rx()).written()).isEqualTo(82);
    assertThat(driver.memory.getBytes(gpa + 12, 70)).isEqualTo(whole);
  }

  @Test
  void completesAFrameThatIsHalfSentWhenADriverGoesAway() throws IOException {
    start(ALL);
    byte[] frame = frame(9000);
    for (int i = 0; i < 100; i++) {
      transmitLater(frame);
    }
    driver.awaitInterrupt(); // as much as the socket takes is sent
    driver.start(ALL);
    byte[] last = frame(100);
    transmitLater(last);
    int whole = 0;
    byte[] received = peer.receive();
    while (received.length == frame.length) {
      assertThat(received).isEqualTo(frame);
      whole++;
      received = peer.receive();
    }
    assertThat(received).isEqualTo(last);
    assertThat(whole).as("frames of the driver that went away").isBetween(1, 99);
  }

  @Test
  void holdsWhatTheOtherEndDoesNotTake() throws IOException {
    start(ALL);
    byte[] frame = frame(9000);
    for (int i = 0; i < 200; i++) {
      transmitLater(frame);
    }
    for (int i = 0; i < 200; i++) {
      assertThat(peer.receive()).as("frame %d", i).isEqualTo(frame);
    }
    for (int i = 0; i < 200; i++) {
      driver.await(tx());
    }
  }

  @Test
  void hasNoLinkWhenTheOtherEndIsGone() throws IOException {
    start(ALL);
    driver.interrupt.drain();
    peer.close();
    driver.awaitInterrupt();
    assertThat(driver.read(CONFIG + 4) >>> 16).as("status").isZero();
    assertThat(driver.read(0x0fc)).as("generation").isEqualTo(1);
    transmit(frame(60)); // comes back, and that is all
    driver.start(ALL);
    transmit(frame(60));
    assertThat(driver.read(CONFIG + 4) >>> 16).as("status after a reset").isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65536, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void hasNoLinkAfterALengthThatCannotBe(int length) throws IOException {
    start(ALL);
    driver.interrupt.drain();
    peer.write(java.nio.ByteBuffer.allocate(4).putInt(length).array());
    driver.awaitInterrupt();
    assertThat(driver.read(CONFIG + 4) >>> 16).as("status").isZero();
    assertThat(driver.status() & NEEDS_RESET).isZero();
  }
}
