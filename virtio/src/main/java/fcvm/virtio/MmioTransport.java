package fcvm.virtio;

import static fcvm.virtio.MmioRegisters.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import fcvm.linux.EventFd;
import fcvm.linux.EventLoop;
import fcvm.linux.LinuxException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Virtio over mmio, version 2 (virtio 1.3, section 4.2.2): a page of registers in front of a
/// device.
///
/// The monitor routes accesses of the page to [#read] and [#write], binds event `i` of
/// [#queueEvents] to writes of `i` to QueueNotify (an ioeventfd at offset [#QUEUE_NOTIFY_OFFSET],
/// length 4), and connects the interrupt pin. It may also show the guest the registers' memory
/// there, and let KVM swallow the acknowledgement of used buffers ([#ACKNOWLEDGE_OFFSET],
/// [#USED_BUFFER]): the cause then stays set, which tells a driver no more than to look at its
/// queues.
///
/// Registers are written by vCPU threads, queues are served by the device's loop or threads, and
/// the lock of the transport orders both: a reset waits until the device has let go of guest
/// memory. Reads and acknowledged interrupts, which are in every interrupt, do without the lock.
public final class MmioTransport implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(MmioTransport.class.getName());

  /// Size of the register page in guest physical memory.
  public static final long SIZE = 0x1000;

  /// Where a driver writes a queue's index to notify the device.
  public static final long QUEUE_NOTIFY_OFFSET = QUEUE_NOTIFY;

  /// Where a driver acknowledges an interrupt.
  public static final long ACKNOWLEDGE_OFFSET = INTERRUPT_ACK;

  /// What it acknowledges there almost always: that buffers were used.
  public static final int USED_BUFFER = Interrupt.USED_BUFFER;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  // Fair, because a vCPU that waits for a busy device must get its turn.
  private final ReentrantLock lock = new ReentrantLock(true);
  private final VirtioDevice device;
  private final GuestMemory memory;
  private final EventLoop loop;
  private final RegisterPage page;
  private final Interrupt interrupt;
  private final List<EventFd> queueEvents = new ArrayList<>();
  private final List<Integer> queueSizes;
  private final long deviceFeatures;

  private int status;
  private int deviceFeaturesSelect;
  private int driverFeaturesSelect;
  private long driverFeatures;
  private int queueSelect;
  private final List<QueueState> queues = new ArrayList<>();
  private @Nullable Session session;
  private boolean isClosed;
  private boolean hasLoggedFault;

  /// Puts a transport in front of a device, which it owns from then on: [#close] closes it.
  ///
  /// @param interrupt pulsed for each interrupt
  /// @param shared serves the queues of devices that do not bring their own loop
  /// @param registers what a vCPU would read, [#SIZE] bytes, kept up to date: to be shown to the
  ///   guest at the page's address, where it may read and not write. That is not needed, since
  ///   [#read] gives the same, but reads are then no exits.
  public MmioTransport(
      VirtioDevice device,
      GuestMemory memory,
      InterruptPin interrupt,
      EventLoop shared,
      MemorySegment registers)
      throws LinuxException {
    this.device = device;
    this.memory = memory;
    this.page = new RegisterPage(device.type(), registers);
    this.interrupt = new Interrupt(interrupt, page);
    this.loop = device.loop(shared);
    this.queueSizes = List.copyOf(device.queueSizes());
    this.deviceFeatures = device.features() | Features.COMMON;
    device.readConfig(0, page.config());
    initialise();
    try {
      for (int i = 0; i < queueSizes.size(); i++) {
        addEvent(i);
      }
    } catch (LinuxException e) {
      release();
      throw e;
    }
  }

  private void addEvent(int queue) throws LinuxException {
    if (device.waitsItself()) {
      queueEvents.add(EventFd.blocking());
    } else {
      EventFd event = new EventFd();
      queueEvents.add(event);
      loop.add(event.fd(), EventLoop.EPOLLIN, _ -> notified(queue));
    }
  }

  private void release() {
    queueEvents.forEach(event -> loop.remove(event.fd()));
    queueEvents.forEach(EventFd::close);
  }

  private void initialise() {
    status = 0;
    deviceFeaturesSelect = 0;
    driverFeaturesSelect = 0;
    driverFeatures = 0;
    queueSelect = 0;
    queues.clear();
    queueSizes.forEach(size -> queues.add(QueueState.unused(size)));
    interrupt.restore(0);
    publish();
  }

  /// What kind of device is behind the registers.
  public DeviceType type() {
    return device.type();
  }

  /// The events that notify the device, one per queue. They remain the transport's.
  public List<EventFd> queueEvents() {
    return List.copyOf(queueEvents);
  }

  private void notified(int queue) {
    lock.lock();
    try {
      if (isClosed) {
        return;
      }
      queueEvents.get(queue).drain();
      if (session != null) {
        session.notified(queue);
      }
    } finally {
      lock.unlock();
    }
  }

  /// A vCPU reads from the page. What no register answers reads as zero.
  ///
  /// @param offset bytes from the start of the page
  /// @param data receives the value, little-endian; its size is the access's
  public void read(long offset, MemorySegment data) {
    page.read(offset, data);
  }

  /// Makes the page say what is so now. The lock is held.
  private void publish() {
    page.set(DEVICE_FEATURES, half(deviceFeatures, deviceFeaturesSelect));
    page.set(QUEUE_SIZE_MAX, hasQueue() ? queueSizes.get(queueSelect) : 0);
    page.set(QUEUE_READY, hasQueue() && queues.get(queueSelect).isReady() ? 1 : 0);
    page.set(STATUS, status);
  }

  private static int half(long features, int select) {
    return switch (select) {
      case 0 -> (int) features;
      case 1 -> (int) (features >>> 32);
      default -> 0;
    };
  }

  private boolean hasQueue() {
    return Integer.compareUnsigned(queueSelect, queues.size()) < 0;
  }

  /// A vCPU writes to the page. What no register takes, or not now, is ignored.
  ///
  /// @param offset bytes from the start of the page
  /// @param data the value, little-endian; its size is the access's
  public void write(long offset, MemorySegment data) {
    if (offset < CONFIG && data.byteSize() != Integer.BYTES) {
      return;
    }
    if (offset == INTERRUPT_ACK) {
      interrupt.acknowledge(data.get(INT, 0));
      return;
    }
    lock.lock();
    try {
      if (isClosed) {
        return;
      }
      if (offset >= CONFIG) {
        device.writeConfig(offset - CONFIG, data);
        device.readConfig(0, page.config());
      } else {
        setRegister((int) offset, data.get(INT, 0));
        publish();
      }
    } finally {
      lock.unlock();
    }
  }

  private void setRegister(int offset, int value) {
    switch (offset) {
      case STATUS -> setStatus(value);
      case DEVICE_FEATURES_SEL -> deviceFeaturesSelect = value;
      case DRIVER_FEATURES_SEL -> driverFeaturesSelect = value;
      case DRIVER_FEATURES -> acceptFeatures(value);
      case QUEUE_SEL -> queueSelect = value;
      case QUEUE_NOTIFY -> notifyFromRegister(value);
      default -> configureQueue(offset, value);
    }
  }

  /// Features are agreed on between DRIVER and FEATURES_OK (3.1.1).
  private void acceptFeatures(int value) {
    if ((status & (DRIVER | FEATURES_OK)) != DRIVER) {
      return;
    }
    long bits = Integer.toUnsignedLong(value);
    switch (driverFeaturesSelect) {
      case 0 -> driverFeatures = (driverFeatures & 0xffff_ffff_0000_0000L) | bits;
      case 1 -> driverFeatures = (driverFeatures & 0x0000_0000_ffff_ffffL) | (bits << 32);
      // We offer no feature above 63. Bits that we do not offer are refused at FEATURES_OK.
      default -> driverFeatures |= bits == 0 ? 0 : ~deviceFeatures;
    }
  }

  /// A notification that did not come through the ioeventfd.
  private void notifyFromRegister(int queue) {
    if (Integer.compareUnsigned(queue, queueEvents.size()) < 0) {
      queueEvents.get(queue).signal();
    }
  }

  /// Queues are set up between FEATURES_OK and DRIVER_OK (3.1.1).
  private void configureQueue(int offset, int value) {
    if ((status & (FEATURES_OK | DRIVER_OK)) != FEATURES_OK || !hasQueue()) {
      return;
    }
    QueueState queue = queues.get(queueSelect);
    if (offset == QUEUE_READY) {
      queue = queue.withReady((value & 1) != 0);
      // A queue that could not be served stays not ready, which the driver can read.
      if (queue.isReady() && Virtqueue.open(queue, memory, driverFeatures, _ -> {}) == null) {
        queue = queue.withReady(false);
      }
    } else if (!queue.isReady()) {
      queue = withRegister(queue, offset, value);
    }
    queues.set(queueSelect, queue);
  }

  private QueueState withRegister(QueueState queue, int offset, int value) {
    int max = queueSizes.get(queueSelect);
    return switch (offset) {
      case QUEUE_SIZE -> queue.withSize(Integer.compareUnsigned(value, max) <= 0 ? value : 0);
      case QUEUE_DESC_LOW -> queue.withDescriptorTable(low(queue.descriptorTable(), value));
      case QUEUE_DESC_HIGH -> queue.withDescriptorTable(high(queue.descriptorTable(), value));
      case QUEUE_DRIVER_LOW -> queue.withAvailableRing(low(queue.availableRing(), value));
      case QUEUE_DRIVER_HIGH -> queue.withAvailableRing(high(queue.availableRing(), value));
      case QUEUE_DEVICE_LOW -> queue.withUsedRing(low(queue.usedRing(), value));
      case QUEUE_DEVICE_HIGH -> queue.withUsedRing(high(queue.usedRing(), value));
      default -> queue;
    };
  }

  private static long low(long gpa, int value) {
    return (gpa & 0xffff_ffff_0000_0000L) | Integer.toUnsignedLong(value);
  }

  private static long high(long gpa, int value) {
    return (gpa & 0x0000_0000_ffff_ffffL) | ((long) value << 32);
  }

  private void setStatus(int value) {
    if (value == 0) {
      reset();
      return;
    }
    int added = value & ~status;
    if ((added & (ACKNOWLEDGE | DRIVER | FAILED)) != 0) {
      // A driver never clears a bit (2.1.1), so one that is missing from the value stays set.
      status |= added & (ACKNOWLEDGE | DRIVER | FAILED);
    }
    if ((added & FEATURES_OK) != 0 && (status & DRIVER) != 0 && areFeaturesAcceptable()) {
      status |= FEATURES_OK;
    }
    if ((added & DRIVER_OK) != 0 && (status & FEATURES_OK) != 0 && (status & FAILED) == 0) {
      status |= DRIVER_OK;
      start();
    }
  }

  private boolean areFeaturesAcceptable() {
    return (driverFeatures & ~deviceFeatures) == 0
        && (driverFeatures & Features.VIRTIO_F_VERSION_1) != 0;
  }

  private void start() {
    session =
        new Session(
            device, memory, driverFeatures, queueEvents, loop, lock, interrupt, this::needsReset);
    session.start(queues);
    // What the driver made available before it said DRIVER_OK, or before a snapshot.
    queueEvents.forEach(EventFd::signal);
  }

  private void needsReset(DeviceFault fault) {
    status |= DEVICE_NEEDS_RESET;
    publish();
    // Once: a guest that does it again and again must not fill the log.
    if (!hasLoggedFault) {
      hasLoggedFault = true;
      LOG.log(Level.WARNING, "virtio {0} needs a reset: {1}", device.type(), fault);
    }
  }

  private void reset() {
    end();
    initialise();
  }

  private void end() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  /// The transport as it stands. Call it while no vCPU runs.
  public TransportState state() {
    lock.lock();
    try {
      return new TransportState(
          status,
          deviceFeaturesSelect,
          driverFeaturesSelect,
          driverFeatures,
          queueSelect,
          interrupt.causes(),
          session == null ? queues : session.states(queues));
    } finally {
      lock.unlock();
    }
  }

  /// Continues where `state` stood, with the same kind of device and the same guest memory. Call it
  /// on a new transport, before any vCPU runs.
  public void restore(TransportState state) {
    lock.lock();
    try {
      if (state.queues().size() != queueSizes.size()) {
        throw new IllegalArgumentException("the state is of another kind of device");
      }
      end();
      status = state.status();
      deviceFeaturesSelect = state.deviceFeaturesSelect();
      driverFeaturesSelect = state.driverFeaturesSelect();
      driverFeatures = state.driverFeatures();
      queueSelect = state.queueSelect();
      queues.clear();
      queues.addAll(state.queues());
      interrupt.restore(state.interruptStatus());
      if ((status & (DRIVER_OK | DEVICE_NEEDS_RESET)) == DRIVER_OK) {
        start();
      }
      publish();
    } finally {
      lock.unlock();
    }
  }

  /// Stops the device, then closes it. When it returns, nothing touches guest memory any more.
  @Override
  public void close() {
    lock.lock();
    try {
      if (isClosed) {
        return;
      }
      isClosed = true;
      end();
    } finally {
      lock.unlock();
    }
    // Without the lock: a device that ends its own threads waits for one that may want the lock.
    device.close();
    release();
  }
}
