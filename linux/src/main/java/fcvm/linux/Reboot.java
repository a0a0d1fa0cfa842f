package fcvm.linux;

import java.lang.foreign.MemorySegment;

/// The end of a system, `reboot(2)`. Does not write back what is in memory: [#sync] first.
public final class Reboot {
  private static final int RB_POWER_OFF = 0x4321fedc;

  private static final MemorySegment SYNC = Libc.function("sync");
  private static final MemorySegment REBOOT = Libc.function("reboot");

  private Reboot() {}

  /// Writes everything back to the disks.
  public static void sync() {
    Libc.callInt(SYNC, 0);
  }

  /// Powers the system off. Returns only if it cannot.
  public static void powerOff() throws LinuxException {
    LinuxException.check("reboot", Libc.callInt(REBOOT, RB_POWER_OFF));
  }
}
