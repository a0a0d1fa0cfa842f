package fcvm.virtio;

import fcvm.linux.EventFd;
import fcvm.linux.EventLoop;
import fcvm.virtio.DeviceFault.Cause;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The time between a driver's DRIVER_OK and its reset: the queues as configured and the device
/// that serves them. All methods but [#run] expect the transport's lock to be held.
final class Session implements Activation {
  private static final System.Logger LOG = System.getLogger(Session.class.getName());

  private final VirtioDevice device;
  private final GuestMemory memory;
  private final long features;
  private final List<EventFd> events;
  private final EventLoop loop;
  private final Lock lock;
  private final Interrupts interrupts;
  private final Consumer<DeviceFault> onFault;
  private final List<Virtqueue> queues = new ArrayList<>();
  private @Nullable ActiveDevice active;
  private boolean hasFault;
  private boolean isClosed;

  /// @param events that notify of the queues
  /// @param onFault told of the one fault that ends the session
  Session(
      VirtioDevice device,
      GuestMemory memory,
      long features,
      List<EventFd> events,
      EventLoop loop,
      Lock lock,
      Interrupts interrupts,
      Consumer<DeviceFault> onFault) {
    this.device = device;
    this.memory = memory;
    this.features = features;
    this.events = events;
    this.loop = loop;
    this.lock = lock;
    this.interrupts = interrupts;
    this.onFault = onFault;
  }

  /// Opens the queues and activates the device. What fails is a fault of this session.
  void start(List<QueueState> states) {
    for (QueueState state : states) {
      if (!state.isReady()) {
        fault(new DeviceFault(Cause.QUEUE_NOT_READY, queues.size()));
        return;
      }
      Virtqueue queue = Virtqueue.open(state, memory, features, this::fault);
      if (queue == null) {
        return;
      }
      queues.add(queue);
    }
    try {
      active = device.activate(this);
    } catch (IOException e) {
      LOG.log(Level.ERROR, "virtio " + device.type() + " cannot start", e);
      fault(new DeviceFault(Cause.HOST, 0));
    }
  }

  void notified(int queue) {
    if (active != null && !hasFault) {
      active.notified(queue);
    }
  }

  void close() {
    isClosed = true;
    queues.forEach(Virtqueue::stop);
    if (active != null) {
      active.close();
    }
  }

  /// The queues as they stand; `configured` where the session never opened them.
  List<QueueState> states(List<QueueState> configured) {
    List<QueueState> states = new ArrayList<>(configured);
    for (int i = 0; i < queues.size(); i++) {
      states.set(i, queues.get(i).state());
    }
    return states;
  }

  @Override
  public GuestMemory memory() {
    return memory;
  }

  @Override
  public long features() {
    return features;
  }

  @Override
  public List<Virtqueue> queues() {
    return queues;
  }

  @Override
  public EventFd notifications(int queue) {
    return events.get(queue);
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public void run(Runnable task) {
    lock.lock();
    try {
      if (!isClosed && !hasFault) {
        task.run();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void interrupt(Virtqueue queue) {
    if (queue.needsInterrupt()) {
      interrupts.usedBuffers(queues.indexOf(queue));
    }
  }

  @Override
  public void configurationChanged() {
    interrupts.configurationChanged();
  }

  @Override
  public void fault(DeviceFault fault) {
    queues.forEach(Virtqueue::stop);
    if (hasFault || isClosed) {
      return;
    }
    hasFault = true;
    onFault.accept(fault);
    interrupts.statusChanged();
  }
}
