package fcvm.agent;

import fcvm.linux.Children;
import fcvm.linux.Errno;
import fcvm.linux.LinuxException;
import fcvm.linux.Mount;
import fcvm.linux.Reboot;
import java.io.IOException;

/// The orderly end of the guest: no process that writes, nothing unwritten, no power. Once, from
/// any thread.
final class PowerOff {
  private static final int TERMINATE_MILLIS = 500;
  private static final int KILL_MILLIS = 2_000;
  private static final String DISK = "/dev/vd";

  private final Reaper reaper;
  private final Console console;

  PowerOff(Reaper reaper, Console console) {
    this.reaper = reaper;
    this.console = console;
  }

  /// Does not return.
  ///
  /// @throws IllegalStateException if the kernel refuses, which it does only to who is not root
  synchronized void now() {
    end(Children.SIGTERM, TERMINATE_MILLIS);
    end(Children.SIGKILL, KILL_MILLIS);
    Reboot.sync();
    makeDisksReadOnly();
    console.debug("power off");
    try {
      Reboot.powerOff();
    } catch (LinuxException e) {
      throw new IllegalStateException(e);
    }
  }

  private void end(int signal, int patienceMillis) {
    if (!reaper.isAlone()) {
      Children.killResult(Children.EVERYBODY, signal);
      if (!reaper.awaitAlone(patienceMillis)) {
        console.debug("processes outlive signal " + signal);
      }
    }
  }

  // A read-only file system is complete on its disk. Busy ones stay as sync left them: their
  // journal makes them whole.
  private void makeDisksReadOnly() {
    try {
      for (MountPoint point : MountPoint.all()) {
        if (point.source().startsWith(DISK)) {
          remount(point);
        }
      }
    } catch (IOException e) {
      console.error("reading the mounts: " + e.getMessage());
    }
  }

  private void remount(MountPoint point) {
    try {
      int flags = Mount.MS_REMOUNT | Mount.MS_RDONLY;
      Mount.mount(point.source(), point.target(), "", flags, "");
    } catch (LinuxException e) {
      if (e.errno() != Errno.EBUSY) {
        console.error(String.valueOf(e.getMessage()));
      }
    }
  }
}
