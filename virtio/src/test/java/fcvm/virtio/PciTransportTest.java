package fcvm.virtio;

import static fcvm.virtio.DeviceStatus.*;
import static fcvm.virtio.PciRegisters.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.EventLoop;
import fcvm.virtio.rng.Rng;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PciTransportTest {
  private final GuestMemory memory = GuestMemory.of(Arena.ofAuto().allocate(1 << 20, 4096));
  private PciDriver driver;

  @BeforeEach
  void make() throws IOException {
    driver = new PciDriver(new Rng(), memory, 2);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void saysWhatItIs() {
    assertThat(driver.read(NUM_QUEUES, 2)).isEqualTo(1);
    assertThat(driver.read(CONFIG_MSIX_VECTOR, 2)).isEqualTo(NO_VECTOR);
    assertThat(driver.read(QUEUE_MSIX_VECTOR, 2)).isEqualTo(NO_VECTOR);
    assertThat(driver.read(QUEUE_SIZE, 2)).isPositive();
    driver.write(DEVICE_FEATURE_SELECT, 4, 1);
    assertThat(driver.read(DEVICE_FEATURE, 4)).as("VIRTIO_F_VERSION_1").isEqualTo(1);
    driver.write(QUEUE_SELECT, 2, 1);
    assertThat(driver.read(QUEUE_SIZE, 2)).as("no such queue").isZero();
  }

  @Test
  void eachQueueHasAnInterruptOfItsOwn() throws Exception {
    driver.negotiate();
    MockQueue queue = driver.setUp(memory, 0, 1);
    assertThat(driver.read(QUEUE_MSIX_VECTOR, 2)).isEqualTo(1);
    assertThat(driver.read(QUEUE_ENABLE, 2)).isEqualTo(1);
    driver.setStatus(1 | 2 | 8 | 4);
    queue.add(MockQueue.Buffer.writable(0x8000, 16));
    driver.write(PciTransport.NOTIFY, 2, 0);
    driver.runLoop();
    assertThat(queue.poll()).isNotNull();
    assertThat(driver.sent).containsExactly(1);
    assertThat(driver.read(PciTransport.ISR, 1)).as("only configuration is told there").isZero();
  }

  @Test
  void vectorsThatThereAreNotAreNone() {
    driver.write(CONFIG_MSIX_VECTOR, 2, 1);
    assertThat(driver.read(CONFIG_MSIX_VECTOR, 2)).isEqualTo(1);
    driver.write(CONFIG_MSIX_VECTOR, 2, 2);
    assertThat(driver.read(CONFIG_MSIX_VECTOR, 2)).isEqualTo(NO_VECTOR);
  }

  @Test
  void aQueueThatCannotBeServedIsNotEnabled() {
    driver.negotiate();
    driver.writePair(QUEUE_DESC_LOW, 1L << 40);
    driver.write(QUEUE_ENABLE, 2, 1);
    assertThat(driver.read(QUEUE_ENABLE, 2)).isZero();
    driver.setStatus(1 | 2 | 8 | 4);
    assertThat(driver.status() & DEVICE_NEEDS_RESET).isEqualTo(DEVICE_NEEDS_RESET);
    assertThat(driver.read(PciTransport.ISR, 1)).isEqualTo(2);
    assertThat(driver.read(PciTransport.ISR, 1)).as("a read takes it").isZero();
  }

  @Test
  void accessesOfOtherSizesAreIgnored() {
    driver.setStatus(1);
    driver.write(DEVICE_STATUS, 4, 0);
    driver.write(QUEUE_SELECT, 4, 7);
    driver.write(DEVICE_FEATURE_SELECT, 2, 1);
    assertThat(driver.status()).isEqualTo(1);
    assertThat(driver.read(QUEUE_SELECT, 2)).isZero();
    assertThat(driver.read(DEVICE_FEATURE_SELECT, 4)).isZero();
  }

  @Test
  void addressesAreWrittenInHalvesOrWhole() {
    driver.negotiate();
    driver.transport.write(
        QUEUE_DESC_LOW, MemorySegment.ofArray(new byte[] {0, 0x10, 0, 0, 1, 0, 0, 0}));
    assertThat(driver.read(QUEUE_DESC_LOW, 4)).isEqualTo(0x1000);
    assertThat(driver.read(QUEUE_DESC_HIGH, 4)).isEqualTo(1);
    driver.write(QUEUE_DESC_HIGH, 4, 2);
    assertThat(driver.read(QUEUE_DESC_LOW, 4)).isEqualTo(0x1000);
    assertThat(driver.read(QUEUE_DESC_HIGH, 4)).isEqualTo(2);
  }

  @Test
  void theReadablePageSaysWhatReadsSay() {
    driver.negotiate();
    driver.setUp(memory, 0, 1);
    byte[] read = new byte[8];
    for (int offset = 0; offset < PciTransport.READABLE_SIZE; offset += read.length) {
      driver.transport.read(offset, MemorySegment.ofArray(read));
      assertThat(
              driver.registers.asSlice(offset, read.length).mismatch(MemorySegment.ofArray(read)))
          .isEqualTo(-1);
    }
  }

  @Test
  void aResetForgetsEverything() {
    driver.negotiate();
    driver.write(CONFIG_MSIX_VECTOR, 2, 0);
    driver.setUp(memory, 0, 1);
    driver.setStatus(0);
    assertThat(driver.status()).isZero();
    assertThat(driver.read(CONFIG_MSIX_VECTOR, 2)).isEqualTo(NO_VECTOR);
    assertThat(driver.read(QUEUE_MSIX_VECTOR, 2)).isEqualTo(NO_VECTOR);
    assertThat(driver.read(QUEUE_ENABLE, 2)).isZero();
    assertThat(driver.read(QUEUE_DESC_LOW, 4)).isZero();
  }

  @Test
  void continuesFromItsState() throws Exception {
    driver.negotiate();
    MockQueue queue = driver.setUp(memory, 0, 1);
    driver.setStatus(1 | 2 | 8 | 4);
    TransportState state = driver.transport.state();
    assertThat(state.vectors()).containsExactly(NO_VECTOR, 1);
    driver.transport.close();
    try (PciDriver next = new PciDriver(new Rng(), memory, 2)) {
      next.transport.restore(state);
      queue.add(MockQueue.Buffer.writable(0x8000, 16));
      next.write(PciTransport.NOTIFY, 2, 0);
      next.runLoop();
      assertThat(queue.poll()).isNotNull();
      assertThat(next.sent).containsExactly(1);
    }
  }

  @Test
  void stateOfAnotherTransportIsRefused() throws Exception {
    TransportState state = driver.transport.state();
    try (EventLoop loop = new EventLoop();
        MmioTransport other =
            new MmioTransport(new Rng(), memory, () -> {}, loop, MockDriver.registers())) {
      assertThatThrownBy(() -> other.restore(state)).hasMessageContaining("kind of transport");
      assertThatThrownBy(() -> driver.transport.restore(other.state()))
          .hasMessageContaining("kind of transport");
    }
  }
}
