package fcvm.agent;

import fcvm.linux.Children;
import fcvm.linux.Errno;
import fcvm.linux.LinuxException;
import fcvm.linux.Spawn;
import java.util.HashMap;
import java.util.Map;

/// Starts processes and waits for all of them: those that it started, and the orphans that a pid 1
/// inherits. One per process, because it waits for any child.
///
/// A child's pid is released only under the lock under which pids are recorded and signalled, so an
/// exit status is never lost, however soon a child ends, and no signal reaches a stranger.
public final class Reaper {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Map<Integer, Child> children = new HashMap<>();
  private boolean alone;

  /// A reaper whose thread runs.
  public static Reaper start() {
    Reaper reaper = new Reaper();
    Thread.ofPlatform().daemon().name("reaper").start(reaper::run);
    return reaper;
  }

  private Reaper() {}

  /// Starts a process.
  ///
  /// @throws LinuxException why it cannot be executed
  public Child spawn(Spawn spawn, String what) throws LinuxException {
    Child child = new Child(this);
    synchronized (this) {
      int pid = spawn.startResult();
      if (pid < 0) {
        child.close();
        throw new LinuxException(what, pid);
      }
      child.started(pid);
      children.put(pid, child);
      alone = false;
      notifyAll();
    }
    return child;
  }

  private void run() {
    while (true) {
      try {
        reap(Children.awaitAny());
      } catch (LinuxException e) {
        if (e.errno() != Errno.ECHILD) {
          throw new AssertionError("waitid of any child fails only without children", e);
        }
        awaitSpawn();
      }
    }
  }

  private synchronized void reap(Children.Ended ended) {
    Children.reap(ended.pid());
    Child child = children.remove(ended.pid());
    if (child != null) {
      child.ended(ended.code());
    }
  }

  private synchronized void awaitSpawn() {
    alone = children.isEmpty();
    notifyAll();
    boolean interrupted = false;
    while (children.isEmpty()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether there is no process below this one.
  synchronized boolean isAlone() {
    return alone;
  }

  /// Waits until there is none.
  ///
  /// @return false if there still are some after that time
  synchronized boolean awaitAlone(int millis) {
    long deadline = System.nanoTime() + millis * NANOS_PER_MILLI;
    boolean interrupted = false;
    long left;
    while (!alone && (left = deadline - System.nanoTime()) > 0) {
      try {
        wait(left / NANOS_PER_MILLI + 1);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return alone;
  }

  /// Signals a child's process, or its group, unless it has ended.
  synchronized void signal(Child child, int pid, int signal) {
    if (children.get(child.pid()) == child) {
      Children.killResult(pid, signal);
    }
  }
}
