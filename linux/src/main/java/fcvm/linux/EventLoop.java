package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// One thread that waits for many descriptors, with `epoll(7)`, level-triggered.
///
/// Handlers, timers and tasks run on the thread that is inside [#run], one at a time, so what only
/// they touch needs no lock. [#add], [#modify], [#remove], [#execute] and [#stop] may be called
/// from any thread; [#schedule] from the loop's thread only.
public final class EventLoop implements AutoCloseable {
  public static final int EPOLLIN = 0x001;
  public static final int EPOLLOUT = 0x004;
  public static final int EPOLLERR = 0x008;
  public static final int EPOLLHUP = 0x010;
  public static final int EPOLLRDHUP = 0x2000;

  private static final int EPOLL_CLOEXEC = Fd.O_CLOEXEC;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;
  private static final int EPOLL_CTL_MOD = 3;
  private static final int BATCH = 64;
  private static final int FOREVER = -1;

  private static final int EVENT_SIZE = Arch.current().epollEventSize();
  private static final int DATA_OFFSET = Arch.current().epollDataOffset();

  private static final MemorySegment EPOLL_CREATE1 = Libc.function("epoll_create1");
  private static final MemorySegment EPOLL_CTL = Libc.function("epoll_ctl");
  private static final MemorySegment EPOLL_WAIT = Libc.function("epoll_wait");

  /// Told that a descriptor is ready.
  @FunctionalInterface
  public interface Handler {
    /// @param events EPOLLIN and its like, or-ed
    void ready(int events);
  }

  private record Timer(long deadline, long order, Runnable task) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      int byDeadline = Long.compare(deadline - other.deadline, 0);
      return byDeadline != 0 ? byDeadline : Long.compare(order, other.order);
    }
  }

  private final Fd epoll;
  private final EventFd wake;
  private final Map<Integer, Handler> handlers = new ConcurrentHashMap<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private long timersMade;
  private volatile boolean stopped;

  public EventLoop() throws LinuxException {
    int number = Libc.callInt(EPOLL_CREATE1, EPOLL_CLOEXEC);
    this.epoll = Fd.of(LinuxException.check("epoll_create1", number), "epoll");
    this.wake = new EventFd();
    add(wake.fd(), EPOLLIN, _ -> wake.drain());
  }

  /// Calls `handler` on the loop's thread whenever one of `events` is pending.
  public void add(Fd fd, int events, Handler handler) throws LinuxException {
    handlers.put(fd.number(), handler);
    control("add", EPOLL_CTL_ADD, fd, events);
  }

  /// Changes which events are waited for; 0 waits for errors and hang-ups only.
  public void modify(Fd fd, int events) throws LinuxException {
    control("modify", EPOLL_CTL_MOD, fd, events);
  }

  /// Forgets a descriptor; call it before closing the descriptor.
  public void remove(Fd fd) {
    if (handlers.remove(fd.number()) != null) {
      Libc.callInt(EPOLL_CTL, epoll.number(), EPOLL_CTL_DEL, fd.number(), 0);
    }
  }

  private void control(String what, int operation, Fd fd, int events) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment event = arena.allocate(EVENT_SIZE);
      event.set(JAVA_INT, 0, events);
      event.set(JAVA_LONG_UNALIGNED, DATA_OFFSET, fd.number());
      int result = Libc.callInt(EPOLL_CTL, epoll.number(), operation, fd.number(), event.address());
      LinuxException.check(result < 0 ? "epoll_ctl " + what + " of " + fd : what, result);
    }
  }

  /// Runs a task on the loop's thread, soon.
  public void execute(Runnable task) {
    tasks.add(task);
    wake.signal();
  }

  /// Runs a task on the loop's thread after a delay. There is no cancelling: a task that is no
  /// longer wanted finds out and does nothing.
  public void schedule(Duration delay, Runnable task) {
    timers.add(new Timer(System.nanoTime() + delay.toNanos(), timersMade++, task));
  }

  /// Serves events on the calling thread until [#stop]. An exception from a handler ends it: a
  /// handler that can fail handles its failures.
  public void run() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment events = arena.allocate((long) EVENT_SIZE * BATCH, 8);
      Map<Integer, Handler> batch = new HashMap<>();
      while (!stopped) {
        int ready = Libc.callInt(EPOLL_WAIT, epoll.number(), events.address(), BATCH, timeout());
        if (ready < 0 && ready != -Errno.EINTR.number()) {
          throw new LinuxException("epoll_wait", ready);
        }
        dispatch(events, ready, batch);
        runTasks();
        runTimers();
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same handler, not an equal one
  private void dispatch(MemorySegment events, int ready, Map<Integer, Handler> batch) {
    // The handlers as they were when the kernel answered: a number that one handler closes and
    // another reuses in the same batch must not be told the old one's event.
    batch.clear();
    for (int i = 0; i < ready; i++) {
      int number = number(events, i);
      Handler handler = handlers.get(number);
      if (handler != null) {
        batch.put(number, handler);
      }
    }
    for (int i = 0; i < ready && !stopped; i++) {
      int number = number(events, i);
      Handler handler = handlers.get(number);
      if (handler != null && handler == batch.get(number)) {
        handler.ready(events.get(JAVA_INT, (long) i * EVENT_SIZE));
      }
    }
  }

  private static int number(MemorySegment events, int index) {
    return (int) events.get(JAVA_LONG_UNALIGNED, (long) index * EVENT_SIZE + DATA_OFFSET);
  }

  private void runTasks() {
    // Only those that are here now: tasks that add tasks must not starve the descriptors.
    for (int count = tasks.size(); count > 0; count--) {
      Runnable task = tasks.poll();
      if (task == null) {
        return;
      }
      task.run();
    }
  }

  private void runTimers() {
    long now = System.nanoTime();
    while (!timers.isEmpty() && timers.peek().deadline - now <= 0) {
      timers.remove().task.run();
    }
  }

  private int timeout() {
    if (!tasks.isEmpty()) {
      return 0;
    }
    Timer next = timers.peek();
    if (next == null) {
      return FOREVER;
    }
    // Rounded up: a timer that is due in half a millisecond must not spin until then.
    long millis = (next.deadline - System.nanoTime() + 999_999) / 1_000_000;
    return Math.clamp(millis, 0, 60_000);
  }

  /// Makes [#run] return soon.
  public void stop() {
    stopped = true;
    wake.signal();
  }

  /// Releases the loop's own descriptors; call it when [#run] has returned.
  @Override
  public void close() {
    wake.close();
    epoll.close();
  }
}
