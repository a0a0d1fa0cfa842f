package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/// Interrupts one thread's blocking system call, from any other thread: a signal whose handler does
/// nothing, sent with `tgkill(2)`, so that the call returns EINTR.
///
/// The thread brackets its call with [#enter] and [#leave]; [#kick] signals only in between. A
/// thread that has left is never signalled, even if it has ended and its number belongs to another
/// one.
public final class ThreadKick {
  /// Real-time, so neither HotSpot (SIGUSR2), the JDK's NativeThread (SIGRTMAX-2) nor glibc (32,
  /// 33) uses it.
  private static final int SIGNAL = 37;

  /// Nobody is inside the call.
  private static final int OUTSIDE = 0;

  /// A kicker is between reading the thread's number and signalling it: the thread must not leave.
  private static final int KICKING = -1;

  /// The thread that is inside has been signalled. Once is enough: more signals would only keep it
  /// from leaving.
  private static final int KICKED = -2;

  /// [#retire] was called.
  private static final int RETIRED = -3;

  // struct sigaction of glibc, the same on x86_64 and aarch64: the handler comes first, then a mask
  // of 1024 signals, then flags and restorer. All zero but the handler: no SA_RESTART, which is the
  // point.
  private static final int SIGACTION_SIZE = 152;

  private static final MemorySegment SIGACTION = Libc.function("sigaction");
  private static final MemorySegment GETPID = Libc.function("getpid");
  private static final MemorySegment GETTID = Libc.function("gettid");
  private static final MemorySegment TGKILL = Libc.function("tgkill");

  // A pure function of one int: async-signal-safe, leaves errno alone, and needs no C of our own.
  private static final MemorySegment HARMLESS = Libc.function("abs");

  private final AtomicInteger inside = new AtomicInteger(OUTSIDE);

  /// Installs the handler for this process; doing so again changes nothing.
  public ThreadKick() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment action = arena.allocate(SIGACTION_SIZE, Long.BYTES);
      action.set(JAVA_LONG, 0, HARMLESS.address());
      int result = Libc.callInt(SIGACTION, SIGNAL, action.address(), 0);
      LinuxException.check("sigaction of signal " + SIGNAL, result);
    }
  }

  /// The number of the calling thread, `gettid(2)`.
  public static int threadId() {
    return Libc.callInt(GETTID, 0);
  }

  /// The calling thread is about to make the call.
  ///
  /// @param threadId its [#threadId]
  /// @throws IllegalStateException if another thread is inside, or after [#retire]
  public void enter(int threadId) {
    if (!inside.compareAndSet(OUTSIDE, threadId)) {
      throw new IllegalStateException(
          inside.get() == RETIRED ? "closed" : "another thread is inside the call");
    }
  }

  /// The call has returned. Waits out a kick that is being delivered, a matter of microseconds.
  ///
  /// @param threadId as given to [#enter]
  public void leave(int threadId) {
    while (!inside.compareAndSet(threadId, OUTSIDE) && !inside.compareAndSet(KICKED, OUTSIDE)) {
      Thread.onSpinWait();
    }
  }

  /// Whether a thread is between [#enter] and [#leave].
  public boolean isEntered() {
    int state = inside.get();
    return state != OUTSIDE && state != RETIRED;
  }

  /// Interrupts the call if a thread is inside. Kicks that coincide count once.
  ///
  /// A thread between [#enter] and the system call itself takes the signal too early to be
  /// interrupted, and there is one signal per call: callers set a flag first that the call looks at
  /// when it starts, such as KVM's `immediate_exit`.
  public void kick() {
    int threadId = inside.get();
    if (threadId > 0 && inside.compareAndSet(threadId, KICKING)) {
      try {
        Libc.callInt(TGKILL, Libc.callInt(GETPID, 0), threadId, SIGNAL);
      } finally {
        inside.set(KICKED);
      }
    }
  }

  /// Nobody may enter any more.
  ///
  /// @return false if a thread is inside, which then stays as it was
  public boolean retire() {
    return inside.get() == RETIRED || inside.compareAndSet(OUTSIDE, RETIRED);
  }
}
