package fcvm.virtio;

import static fcvm.virtio.Features.VIRTIO_F_EVENT_IDX;
import static fcvm.virtio.Features.VIRTIO_F_INDIRECT_DESC;
import static fcvm.virtio.MockQueue.Buffer.readable;
import static fcvm.virtio.MockQueue.Buffer.writable;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.virtio.DeviceFault.Cause;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtqueueTest {
  private static final int NEXT = 1;
  private static final int WRITE = 2;
  private static final int INDIRECT = 4;
  private static final int SIZE = 8;

  private final GuestMemory memory = GuestMemory.of(Arena.ofAuto().allocate(0x40000, 4096));
  private final MockQueue driver =
      new MockQueue(memory, 0, SIZE, 0x10000, VIRTIO_F_EVENT_IDX | VIRTIO_F_INDIRECT_DESC);
  private final List<DeviceFault> faults = new ArrayList<>();

  private QueueState state() {
    return new QueueState(
        SIZE, true, driver.descriptorTable(), driver.availableRing(), driver.usedRing(), 0, 0, 0);
  }

  private Virtqueue queue(long features) {
    Virtqueue queue = Virtqueue.open(state(), memory, features, faults::add);
    assertThat(queue).isNotNull();
    return queue;
  }

  private Virtqueue queue() {
    return queue(VIRTIO_F_EVENT_IDX | VIRTIO_F_INDIRECT_DESC);
  }

  private void assertFault(Virtqueue queue, Cause cause) {
    assertThat(queue.next()).isNull();
    assertThat(faults).extracting(DeviceFault::cause).containsExactly(cause);
    assertThat(queue.next()).as("a stopped queue stays stopped").isNull();
    assertThat(faults).hasSize(1);
  }

  @Test
  void takesChainsInOrderAndGivesThemBack() {
    Virtqueue queue = queue();
    for (int round = 0; round < 3 * 65536 / SIZE; round++) {
      int first = driver.add(readable(0x100, 10), readable(0x200, 6), writable(0x300, 5));
      int second = driver.add(writable(0x400, 1));
      DescriptorChain chain = queue.next();
      assertThat(chain.head()).isEqualTo(first);
      assertThat(chain.readable().byteSize()).isEqualTo(16);
      assertThat(chain.writable().byteSize()).isEqualTo(5);
      queue.used(chain, 5);
      DescriptorChain other = queue.next();
      queue.used(other, 1);
      assertThat(queue.next()).isNull();
      assertThat(driver.poll()).isEqualTo(new MockQueue.Used(first, 5));
      assertThat(driver.poll()).isEqualTo(new MockQueue.Used(second, 1));
      assertThat(driver.poll()).isNull();
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void aChainThatWasPutBackComesAgain() {
    Virtqueue queue = queue();
    driver.add(writable(0x100, 10));
    DescriptorChain chain = queue.next();
    queue.putBack();
    assertThat(queue.next().head()).isEqualTo(chain.head());
    assertThat(queue.next()).isNull();
  }

  @Test
  void asksForNotificationOnlyWhenItRanDry() {
    Virtqueue queue = queue();
    driver.add(writable(0x100, 10));
    assertThat(driver.wantsNotification()).isTrue();
    queue.next();
    driver.add(writable(0x100, 10));
    assertThat(driver.wantsNotification()).as("the device is still at it").isFalse();
    queue.next();
    assertThat(queue.next()).isNull();
    driver.add(writable(0x100, 10));
    assertThat(driver.wantsNotification()).isTrue();
  }

  @Test
  void interruptsOnlyAsFarAsTheDriverWants() {
    Virtqueue queue = queue();
    driver.interruptAfter(2);
    driver.add(writable(0x100, 10));
    driver.add(writable(0x100, 10));
    driver.add(writable(0x100, 10));
    queue.used(queue.next(), 0);
    assertThat(queue.needsInterrupt()).isFalse();
    queue.used(queue.next(), 0);
    assertThat(queue.needsInterrupt()).isTrue();
    queue.used(queue.next(), 0);
    assertThat(queue.needsInterrupt()).isFalse();
    assertThat(queue.needsInterrupt()).isFalse();
  }

  @Test
  void withoutEventIndexTheFlagDecides() {
    Virtqueue queue = queue(0);
    driver.add(writable(0x100, 10));
    driver.add(writable(0x100, 10));
    queue.used(queue.next(), 0);
    assertThat(queue.needsInterrupt()).isTrue();
    memory.setShort(driver.availableRing(), (short) 1);
    queue.used(queue.next(), 0);
    assertThat(queue.needsInterrupt()).isFalse();
  }

  @Test
  void walksAnIndirectTableAfterDirectDescriptors() {
    Virtqueue queue = queue();
    driver.descriptor(0, 0x100, 4, NEXT, 5);
    driver.descriptor(5, 0x2004, 32, INDIRECT | WRITE, 0);
    driver.setDescriptor(0x2004, 0x200, 3, NEXT, 1);
    driver.setDescriptor(0x2014, 0x300, 7, WRITE, 0);
    driver.publish(0);
    DescriptorChain chain = queue.next();
    assertThat(chain.readable().byteSize()).isEqualTo(7);
    assertThat(chain.writable().byteSize()).isEqualTo(7);
  }

  @Test
  void aFullQueueIsOneChain() {
    MockQueue.Buffer[] buffers = new MockQueue.Buffer[SIZE];
    java.util.Arrays.fill(buffers, writable(0x100, 1));
    driver.add(buffers);
    assertThat(queue().next().writable().byteSize()).isEqualTo(SIZE);
  }

  @Test
  void refusesACycle() {
    driver.descriptor(0, 0x100, 4, NEXT, 1);
    driver.descriptor(1, 0x100, 4, NEXT, 0);
    driver.publish(0);
    assertFault(queue(), Cause.DESCRIPTOR_LOOP);
  }

  @Test
  void refusesIndicesOutsideTheTable() {
    driver.publish(SIZE);
    assertFault(queue(), Cause.DESCRIPTOR_INDEX);
  }

  @Test
  void refusesAnAvailableIndexThatRanAhead() {
    memory.setShort(driver.availableRing() + 2, (short) (SIZE + 1));
    assertFault(queue(), Cause.AVAILABLE_INDEX);
  }

  @Test
  void refusesBuffersOutsideMemory() {
    driver.add(writable(0x3ffff, 2));
    assertFault(queue(), Cause.DESCRIPTOR_ADDRESS);
  }

  @Test
  void refusesBuffersAtTheEndOfAllAddresses() {
    driver.add(writable(-1, 2));
    assertFault(queue(), Cause.DESCRIPTOR_ADDRESS);
  }

  @Test
  void refusesReadableAfterWritable() {
    driver.add(writable(0x100, 2), readable(0x100, 2));
    assertFault(queue(), Cause.DESCRIPTOR_ORDER);
  }

  @Test
  void refusesANestedIndirectTable() {
    driver.descriptor(0, 0x2000, 16, INDIRECT, 0);
    driver.setDescriptor(0x2000, 0x2000, 16, INDIRECT, 0);
    driver.publish(0);
    assertFault(queue(), Cause.INDIRECT);
  }

  @Test
  void refusesAnIndirectTableThatWasNotNegotiated() {
    driver.descriptor(0, 0x2000, 16, INDIRECT, 0);
    driver.publish(0);
    assertFault(queue(VIRTIO_F_EVENT_IDX), Cause.INDIRECT);
  }

  @Test
  void refusesAnEmptyIndirectTable() {
    driver.descriptor(0, 0x2000, 0, INDIRECT, 0);
    driver.publish(0);
    assertFault(queue(), Cause.INDIRECT);
  }

  @Test
  void refusesRingsThatAreMisalignedOrOutsideMemory() {
    for (QueueState bad :
        List.of(
            state().withDescriptorTable(0x10008),
            state().withAvailableRing(0x20001),
            state().withUsedRing(0x20002),
            state().withUsedRing(0x3fff0),
            state().withDescriptorTable(-16))) {
      assertThat(Virtqueue.open(bad, memory, 0, faults::add)).isNull();
    }
    assertThat(faults).extracting(DeviceFault::cause).containsOnly(Cause.QUEUE_ADDRESS).hasSize(5);
  }

  @Test
  void refusesSizesThatAreNoPowerOfTwo() {
    for (int size : new int[] {0, -1, 3, 65536}) {
      assertThat(Virtqueue.open(state().withSize(size), memory, 0, faults::add)).isNull();
    }
    assertThat(faults).extracting(DeviceFault::cause).containsOnly(Cause.QUEUE_SIZE).hasSize(4);
  }
}
