package fcvm.kvm;

import fcvm.linux.EventFd;
import java.lang.foreign.Arena;

/// The guest writes that an ioeventfd stands for.
///
/// @param address guest physical address, or port
/// @param length of the write in bytes: 1, 2, 4 or 8; 0 for any write to the address
/// @param datamatch the value written, if `matches`
/// @param matches whether the value matters
/// @param port whether `address` is an x86 I/O port
public record IoEvent(long address, int length, long datamatch, boolean matches, boolean port) {
  static final int DEASSIGN = 4;
  private static final int DATAMATCH = 1;
  private static final int PIO = 2;

  /// Writes of any value to guest physical memory that no slot backs.
  public static IoEvent mmio(long gpa, int length) {
    return new IoEvent(gpa, length, 0, false, false);
  }

  /// Writes of any value to an I/O port.
  public static IoEvent port(int port, int length) {
    return new IoEvent(port, length, 0, false, true);
  }

  /// Of these writes, those of one value.
  public IoEvent matching(long value) {
    return new IoEvent(address, length, value, true, port);
  }

  Struct encode(EventFd event, int flags, Arena arena) {
    return Struct.allocate(Structs.IOEVENTFD, arena)
        .set("datamatch", datamatch)
        .set("addr", address)
        .set("len", length)
        .set("fd", event.fd().number())
        .set("flags", flags | (matches ? DATAMATCH : 0) | (port ? PIO : 0));
  }
}
