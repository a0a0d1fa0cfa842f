package fcvm.machine;

import java.io.IOException;
import java.nio.file.Path;

/// A directory of the computer that the machine has for as long as it is needed, and nothing else
/// of the computer with it.
///
/// It is in one of the machine's slots, which those who want the same directory share: the first
/// plugs it in, the last takes it away. What a killed process had alone is taken away by the next
/// that needs the slot, or goes with the machine.
public final class PluggedDirectory implements AutoCloseable {
  private final HeldSlot slot;
  private final VolumeDevice device;

  private PluggedDirectory(HeldSlot slot, VolumeDevice device) {
    this.slot = slot;
    this.device = device;
  }

  /// Takes the slot that has a directory, or plugs it into a free one.
  ///
  /// @param machine which is up
  /// @param virtiofsd starts one
  /// @throws MachineException if all slots are in use
  static PluggedDirectory plug(
      Machine machine,
      MachinePaths paths,
      Share.Starter virtiofsd,
      Path directory,
      boolean readOnly)
      throws IOException {
    SlotDirectory wanted = SlotDirectory.of(directory, readOnly);
    HeldSlot slot = new SlotTable(paths).take(wanted);
    VolumeDevice device = new VolumeDevice(machine, paths, slot.slot());
    PluggedDirectory plugged = new PluggedDirectory(slot, device);
    if (slot.isToBeFilled()) {
      try {
        device.plug(virtiofsd, wanted);
        slot.share();
      } catch (IOException e) {
        try {
          plugged.close();
        } catch (IOException later) {
          e.addSuppressed(later);
        }
        throw e;
      }
    }
    return plugged;
  }

  /// Where the machine has it.
  public Path path() {
    return device.mountPoint();
  }

  /// Takes the directory away from the machine unless somebody else uses it, in a thread that was
  /// interrupted too.
  @Override
  public void close() throws IOException {
    boolean wasInterrupted = Thread.interrupted();
    try (slot) {
      switch (slot.leave()) {
        case OTHERS_STAY -> {}
        case LAST -> device.eject();
        case VOID -> device.abandon();
      }
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
