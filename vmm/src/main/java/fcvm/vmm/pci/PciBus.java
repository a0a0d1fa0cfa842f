package fcvm.vmm.pci;

import fcvm.vmm.BusDevice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// A PCI bus: the configuration spaces of its functions, one to a slot, where the enhanced
/// configuration access mechanism has them (PCI Express Base 5.0, 7.2.2).
///
/// They are memory which guests may be shown, to be read without exits. So a driver's write is seen
/// by the next read, and there is nothing here that a read would change.
public final class PciBus implements BusDevice {
  /// Slots of a bus. The first is left to a host bridge.
  public static final int SLOTS = 32;

  /// Bytes of a bus: 32 slots of 8 functions.
  public static final long ECAM_SIZE = 1 << 20;

  private static final int SLOT_SHIFT = 15;
  private static final int DEVICE_ID_SHIFT = 3;
  private static final int ABSENT = -1;

  private final MemorySegment ecam;
  private final @Nullable PciFunction[] functions = new @Nullable PciFunction[SLOTS];

  /// A bus without functions.
  ///
  /// @param ecam [#ECAM_SIZE] bytes, zero
  public PciBus(MemorySegment ecam) {
    this.ecam = ecam;
    for (int slot = 0; slot < SLOTS; slot++) {
      config(slot).set(ValueLayout.JAVA_INT, 0, ABSENT);
    }
  }

  /// Bus, slot and function as one number, for interrupt controllers.
  static int deviceId(int slot) {
    return slot << DEVICE_ID_SHIFT;
  }

  private MemorySegment config(int slot) {
    return ecam.asSlice((long) slot << SLOT_SHIFT, PciFunction.CONFIG_SIZE);
  }

  /// Puts a function into a slot.
  PciFunction plug(int slot, int vendor, int device, int classCode) {
    PciFunction function = new PciFunction(config(slot), vendor, device, classCode);
    functions[slot] = function;
    return function;
  }

  @Override
  public void read(long offset, MemorySegment data) {
    MemorySegment.copy(ecam, offset, data, 0, data.byteSize());
  }

  @Override
  public void write(long offset, MemorySegment data) {
    PciFunction function = functions[(int) (offset >>> SLOT_SHIFT)];
    long register = offset & ((1 << SLOT_SHIFT) - 1);
    if (function != null) {
      function.write(register, data);
    }
  }
}
