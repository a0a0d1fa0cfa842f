package fcvm.virtio;

import static fcvm.virtio.DeviceStatus.ACKNOWLEDGE;
import static fcvm.virtio.DeviceStatus.DEVICE_NEEDS_RESET;
import static fcvm.virtio.DeviceStatus.DRIVER;
import static fcvm.virtio.DeviceStatus.DRIVER_OK;
import static fcvm.virtio.DeviceStatus.FAILED;
import static fcvm.virtio.DeviceStatus.FEATURES_OK;

import fcvm.linux.EventFd;
import fcvm.linux.EventLoop;
import fcvm.linux.LinuxException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What stands between a driver and a device: the registers by which the driver agrees with the
/// device on features, hands over its queues and resets it (virtio 1.3, sections 2.1 and 3.1).
/// Where these registers are is what the transports differ in.
///
/// Registers are written by vCPU threads, queues are served by the device's loop or threads, and
/// the lock of the transport orders both: a reset waits until the device has let go of guest
/// memory. Reads and interrupts do without the lock.
public abstract sealed class Transport implements AutoCloseable
    permits MmioTransport, PciTransport {
  private static final System.Logger LOG = System.getLogger(Transport.class.getName());

  // Fair, because a vCPU that waits for a busy device must get its turn.
  private final ReentrantLock lock = new ReentrantLock(true);
  private final VirtioDevice device;
  private final GuestMemory memory;
  private final EventLoop loop;
  private final List<EventFd> queueEvents = new ArrayList<>();
  private final List<Integer> queueSizes;
  private final FeatureNegotiation features;

  private int status;
  private int queueSelect;
  private final List<QueueState> queues = new ArrayList<>();
  private @Nullable Session session;
  private boolean isClosed;
  private boolean hasLoggedFault;

  /// @param shared serves the queues of devices that do not bring their own loop
  Transport(VirtioDevice device, GuestMemory memory, EventLoop shared) throws LinuxException {
    this.device = device;
    this.memory = memory;
    this.loop = device.loop(shared);
    this.queueSizes = List.copyOf(device.queueSizes());
    this.features = new FeatureNegotiation(device.features() | Features.COMMON);
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

  /// Makes the registers say what is so now. The lock is held.
  abstract void publish();

  abstract Interrupts interrupts();

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
    features.restore(0, 0, 0);
    queueSelect = 0;
    queues.clear();
    queueSizes.forEach(size -> queues.add(QueueState.unused(size)));
  }

  /// What kind of device is behind the registers.
  public final DeviceType type() {
    return device.type();
  }

  /// The events that notify the device, one per queue. They remain the transport's.
  public final List<EventFd> queueEvents() {
    return List.copyOf(queueEvents);
  }

  /// A vCPU reads a register. What no register answers reads as zero.
  ///
  /// @param offset bytes from the start of the registers
  /// @param data receives the value, little-endian; its size is the access's
  public abstract void read(long offset, MemorySegment data);

  /// A vCPU writes a register. What no register takes, or not now, is ignored.
  ///
  /// @param offset bytes from the start of the registers
  /// @param data the value, little-endian; its size is the access's
  public abstract void write(long offset, MemorySegment data);

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

  /// A notification that did not come through the ioeventfd. The lock is not needed.
  final void notifyQueue(int queue) {
    if (Integer.compareUnsigned(queue, queueEvents.size()) < 0) {
      queueEvents.get(queue).signal();
    }
  }

  /// Changes registers, unless the transport is closed.
  final void change(Runnable change) {
    lock.lock();
    try {
      if (!isClosed) {
        change.run();
        publish();
      }
    } finally {
      lock.unlock();
    }
  }

  // The registers. The lock is held in all that follow, up to state().

  final int status() {
    return status;
  }

  final FeatureNegotiation features() {
    return features;
  }

  /// Features are agreed on between DRIVER and FEATURES_OK (3.1.1).
  final void acceptFeatures(int value) {
    if ((status & (DRIVER | FEATURES_OK)) == DRIVER) {
      features.accept(value);
    }
  }

  final void selectQueue(int queue) {
    queueSelect = queue;
  }

  final int queueSelect() {
    return queueSelect;
  }

  final int queueCount() {
    return queueSizes.size();
  }

  /// The selected queue's largest size, 0 if there is no such queue.
  final int queueSizeMax() {
    return hasQueue() ? queueSizes.get(queueSelect) : 0;
  }

  /// The selected queue; null if there is no such queue.
  final @Nullable QueueState queue() {
    return hasQueue() ? queues.get(queueSelect) : null;
  }

  private boolean hasQueue() {
    return Integer.compareUnsigned(queueSelect, queues.size()) < 0;
  }

  /// Changes the selected queue, where that can be: queues are set up between FEATURES_OK and
  /// DRIVER_OK (3.1.1), and not once they are ready.
  private void configureQueue(UnaryOperator<QueueState> change) {
    if (isConfigurable() && !queues.get(queueSelect).isReady()) {
      queues.set(queueSelect, change.apply(queues.get(queueSelect)));
    }
  }

  final void setQueueSize(int size) {
    boolean fits = Integer.compareUnsigned(size, queueSizeMax()) <= 0;
    configureQueue(queue -> queue.withSize(fits ? size : 0));
  }

  final void setQueueReady(boolean isReady) {
    if (!isConfigurable()) {
      return;
    }
    QueueState queue = queues.get(queueSelect).withReady(isReady);
    // A queue that could not be served stays not ready, which the driver can read.
    if (isReady && Virtqueue.open(queue, memory, features.accepted(), _ -> {}) == null) {
      queue = queue.withReady(false);
    }
    queues.set(queueSelect, queue);
  }

  private boolean isConfigurable() {
    return (status & (FEATURES_OK | DRIVER_OK)) == FEATURES_OK && hasQueue();
  }

  /// Writes half of the address of one of the selected queue's areas.
  final void setQueueArea(QueueArea area, boolean isHigh, int value) {
    configureQueue(queue -> {
      long old = area.of(queue);
      long bits = Integer.toUnsignedLong(value);
      return area.in(
          queue,
          isHigh
              ? (old & 0x0000_0000_ffff_ffffL) | bits << 32
              : (old & 0xffff_ffff_0000_0000L) | bits);
    });
  }

  final void writeConfig(long offset, MemorySegment data) {
    device.writeConfig(offset, data);
  }

  final void setStatus(int value) {
    if (value == 0) {
      reset();
      return;
    }
    int added = value & ~status;
    if ((added & (ACKNOWLEDGE | DRIVER | FAILED)) != 0) {
      // A driver never clears a bit (2.1.1), so one that is missing from the value stays set.
      status |= added & (ACKNOWLEDGE | DRIVER | FAILED);
    }
    if ((added & FEATURES_OK) != 0 && (status & DRIVER) != 0 && features.isAcceptable()) {
      status |= FEATURES_OK;
    }
    if ((added & DRIVER_OK) != 0 && (status & FEATURES_OK) != 0 && (status & FAILED) == 0) {
      status |= DRIVER_OK;
      start();
    }
  }

  private void start() {
    session =
        new Session(
            device,
            memory,
            features.accepted(),
            queueEvents,
            loop,
            lock,
            interrupts(),
            this::needsReset);
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
    interrupts().reset();
  }

  private void end() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  /// The transport as it stands. Call it while no vCPU runs.
  public final TransportState state() {
    lock.lock();
    try {
      return new TransportState(
          status,
          features.deviceSelect(),
          features.driverSelect(),
          features.accepted(),
          queueSelect,
          interrupts().causes(),
          interrupts().vectors(),
          session == null ? queues : session.states(queues));
    } finally {
      lock.unlock();
    }
  }

  /// Continues where `state` stood, with the same kind of device on the same kind of transport, and
  /// the same guest memory. Call it on a new transport, before any vCPU runs.
  public final void restore(TransportState state) {
    lock.lock();
    try {
      if (state.queues().size() != queueSizes.size()) {
        throw new IllegalArgumentException("the state is of another kind of device");
      }
      end();
      status = state.status();
      features.restore(
          state.deviceFeaturesSelect(), state.driverFeaturesSelect(), state.driverFeatures());
      queueSelect = state.queueSelect();
      queues.clear();
      queues.addAll(state.queues());
      interrupts().restoreCauses(state.interruptStatus());
      interrupts().restoreVectors(state.vectors());
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
  public final void close() {
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
