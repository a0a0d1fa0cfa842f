package fcvm.virtio;

import static fcvm.virtio.DeviceStatus.*;
import static fcvm.virtio.MmioRegisters.*;
import static fcvm.virtio.MockQueue.Buffer.writable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.EventLoop;
import fcvm.virtio.rng.Rng;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MmioTransportTest {
  private MockDriver driver;

  @BeforeEach
  void make() throws IOException {
    driver = new MockDriver(new Rng());
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void saysWhatItIs() {
    assertThat(driver.read(MAGIC_VALUE)).isEqualTo(0x74726976);
    assertThat(driver.read(VERSION)).isEqualTo(2);
    assertThat(driver.read(DEVICE_ID)).isEqualTo(4);
    assertThat(driver.read(VENDOR_ID)).isZero();
    assertThat(driver.read(CONFIG_GENERATION)).isZero();
    assertThat(driver.read(SHM_LEN_LOW)).isEqualTo(-1);
    assertThat(driver.read(SHM_LEN_HIGH)).isEqualTo(-1);
    assertThat(driver.offered()).isEqualTo(1L << 32 | 1L << 29 | 1L << 28);
    driver.write(DEVICE_FEATURES_SEL, 2);
    assertThat(driver.read(DEVICE_FEATURES)).isZero();
  }

  @Test
  void writesOfOtherThanFourBytesAreIgnored() {
    for (int size : new int[] {1, 2, 8}) {
      byte[] data = new byte[size];
      data[0] = 1;
      driver.transport.write(STATUS, MemorySegment.ofArray(data));
      assertThat(driver.status()).isZero();
    }
  }

  @Test
  void theReadablePageSaysWhatReadsSay() {
    driver.start(-1);
    MemorySegment page = driver.registers;
    assertThat(page.byteSize()).isEqualTo(MmioTransport.SIZE);
    for (int offset = 0; offset < MmioTransport.SIZE; offset += 4) {
      assertThat(page.get(ValueLayout.JAVA_INT, offset)).isEqualTo(driver.read(offset));
    }
    driver.request(driver.queues.getFirst(), writable(driver.allocate(8), 8));
    driver.awaitInterrupt();
    assertThat(page.get(ValueLayout.JAVA_INT, INTERRUPT_STATUS)).isEqualTo(1);
    driver.write(INTERRUPT_ACK, 1);
    assertThat(page.get(ValueLayout.JAVA_INT, INTERRUPT_STATUS)).isZero();
    driver.write(STATUS, 0);
    assertThat(page.get(ValueLayout.JAVA_INT, STATUS)).isZero();
    MemorySegment end = MemorySegment.ofArray(new byte[] {1, 1, 1, 1});
    driver.transport.read(MmioTransport.SIZE - 2, end);
    assertThat(end.get(ValueLayout.JAVA_INT_UNALIGNED, 0)).as("past the end").isZero();
  }

  @Test
  void refusesFeaturesThatItDoesNotOffer() {
    for (long features : new long[] {0, 1L << 28, 1L << 32 | 1L << 5, 1L << 32 | 1L << 63}) {
      driver.write(STATUS, 0);
      driver.write(STATUS, 3);
      driver.accept(features);
      driver.write(STATUS, 11);
      assertThat(driver.status()).as("%x", features).isEqualTo(3);
      driver.write(STATUS, 15);
      assertThat(driver.status()).isEqualTo(3);
    }
    driver.accept(1L << 32);
    driver.write(STATUS, 11);
    assertThat(driver.status()).as("a driver may try again").isEqualTo(11);
  }

  @Test
  void featuresAreFixedOnceTheyAreAccepted() {
    driver.start(-1);
    driver.accept(0);
    assertThat(driver.transport.state().driverFeatures()).isEqualTo(Features.COMMON);
  }

  @Test
  void aDriverCannotClearStatusBits() {
    driver.start(-1);
    driver.write(STATUS, 1);
    assertThat(driver.status()).isEqualTo(15);
  }

  @Test
  void queuesAreConfiguredOnlyBetweenFeaturesAndDriverOk() {
    driver.write(QUEUE_SEL, 0);
    driver.write(QUEUE_SIZE, 8);
    assertThat(driver.transport.state().queues().getFirst().size()).isEqualTo(64);
    driver.start(-1);
    driver.write(QUEUE_SEL, 0);
    driver.write(QUEUE_READY, 0);
    assertThat(driver.read(QUEUE_READY)).isEqualTo(1);
    driver.write(QUEUE_SEL, 1);
    assertThat(driver.read(QUEUE_SIZE_MAX)).isZero();
    assertThat(driver.read(QUEUE_READY)).isZero();
  }

  @Test
  void aQueueThatCannotBeServedIsNotReady() {
    driver.write(STATUS, 3);
    driver.accept(1L << 32);
    driver.write(STATUS, 11);
    driver.write(QUEUE_SEL, 0);
    driver.write(QUEUE_SIZE, 128);
    driver.write(QUEUE_READY, 1);
    assertThat(driver.read(QUEUE_READY)).as("too large").isZero();
    driver.write(QUEUE_SIZE, 64);
    driver.write(QUEUE_DESC_HIGH, 1);
    driver.write(QUEUE_READY, 1);
    assertThat(driver.read(QUEUE_READY)).as("outside memory").isZero();
    driver.write(STATUS, 15);
    assertThat(driver.status() & DEVICE_NEEDS_RESET).isEqualTo(DEVICE_NEEDS_RESET);
    driver.awaitInterrupt();
    assertThat(driver.read(INTERRUPT_STATUS)).isEqualTo(2);
  }

  @Test
  void interruptsAndIsAcknowledged() {
    driver.start(-1);
    driver.request(driver.queues.getFirst(), writable(driver.allocate(8), 8));
    driver.awaitInterrupt();
    assertThat(driver.read(INTERRUPT_STATUS)).isEqualTo(1);
    driver.write(INTERRUPT_ACK, 1);
    assertThat(driver.read(INTERRUPT_STATUS)).isZero();
  }

  @Test
  void servesWhatWasAvailableBeforeDriverOkAndWithoutEventIndex() {
    driver.start(1L << 32);
    MockQueue queue = driver.queues.getFirst();
    for (int i = 0; i < 200; i++) {
      assertThat(driver.request(queue, writable(0x100000, 16))).isEqualTo(16);
    }
  }

  @Test
  void aResetForgetsEverything() {
    TransportState fresh = driver.transport.state();
    driver.start(-1);
    driver.request(driver.queues.getFirst(), writable(driver.allocate(8), 8));
    driver.write(STATUS, 0);
    assertThat(driver.transport.state()).isEqualTo(fresh);
    driver.start(-1);
    assertThat(driver.request(driver.queues.getFirst(), writable(driver.allocate(8), 8)))
        .isEqualTo(8);
  }

  @Test
  void continuesFromItsState() throws Exception {
    driver.start(-1);
    MockQueue queue = driver.queues.getFirst();
    for (int i = 0; i < 5; i++) {
      driver.request(queue, writable(0x100000, 16));
    }
    TransportState state = driver.transport.state();
    assertThat(state.queues().getFirst().nextUsed()).isEqualTo(5);
    try (EventLoop loop = new EventLoop();
        MmioTransport restored =
            new MmioTransport(new Rng(), driver.memory, () -> {}, loop, MockDriver.registers())) {
      restored.restore(state);
      assertThat(restored.state()).isEqualTo(state);
      int head = queue.add(writable(0x100000, 16));
      loop.execute(loop::stop);
      loop.run();
      assertThat(queue.poll()).isEqualTo(new MockQueue.Used(head, 16));
    }
  }

  @Test
  void stateOfAnotherDeviceIsRefused() {
    TransportState other = new TransportState(0, 0, 0, 0, 0, 0, List.of(), List.of());
    assertThatThrownBy(() -> driver.transport.restore(other))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void guestMemoryHasHoles() {
    Arena arena = Arena.ofAuto();
    GuestMemory memory =
        new GuestMemory(
            List.of(
                new GuestMemory.Region(1L << 32, arena.allocate(0x1000, 16)),
                new GuestMemory.Region(0, arena.allocate(0x1000, 16))));
    assertThat(memory.byteSize()).isEqualTo(0x2000);
    assertThat(memory.slice(0xfff, 1)).isNotNull();
    assertThat(memory.slice(0xfff, 2)).isNull();
    assertThat(memory.slice(0x1000, 1)).isNull();
    assertThat(memory.slice((1L << 32) - 1, 1)).isNull();
    assertThat(memory.slice(1L << 32, 0x1000)).isNotNull();
    assertThat(memory.slice(1L << 32, Long.MAX_VALUE)).isNull();
    assertThat(memory.slice(1L << 32, -1)).isNull();
    assertThat(memory.slice(Long.MIN_VALUE, 1)).isNull();
    memory.setLong((1L << 32) + 3, 0x0102030405060708L);
    assertThat(memory.getByte((1L << 32) + 3)).isEqualTo((byte) 8);
    assertThatThrownBy(() -> memory.getInt(0x1000)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
