package fcvm.agent;

import fcvm.linux.EventFd;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;

/// A process that a [Reaper] started; the leader of a session and process group of its own. Any
/// thread.
public final class Child implements AutoCloseable {
  private final Reaper reaper;
  private final EventFd exited;
  private volatile int pid;
  private volatile int code;

  Child(Reaper reaper) throws LinuxException {
    this.reaper = reaper;
    this.exited = new EventFd();
  }

  void started(int pid) {
    this.pid = pid;
  }

  void ended(int code) {
    this.code = code;
    exited.signal();
  }

  public int pid() {
    return pid;
  }

  /// Readable once the process has ended, and from then on.
  public Fd exited() {
    return exited.fd();
  }

  /// The exit code, or 128+n after signal n; only after [#exited] became readable.
  public int code() {
    return code;
  }

  /// Signals the process; nothing happens if it has ended.
  public void signal(int number) {
    reaper.signal(this, pid, number);
  }

  /// Signals the process group; nothing happens if its leader has ended.
  public void signalGroup(int number) {
    reaper.signal(this, -pid, number);
  }

  /// Signals another process group of the session, such as a terminal's foreground group; nothing
  /// happens if the session's leader has ended.
  public void signalGroup(int group, int number) {
    reaper.signal(this, -group, number);
  }

  /// Releases the descriptor; call it when nobody waits for the process any more.
  @Override
  public void close() {
    exited.close();
  }
}
