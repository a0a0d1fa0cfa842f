package fcvm.vmm;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An address space with devices in it: memory-mapped I/O, or x86_64's ports.
///
/// Where there is no device, reads give all ones and writes go nowhere, as on a real bus without a
/// responder. Devices are attached before the first vCPU runs; from then on any thread may read and
/// write.
public final class Bus {
  private record Slot(AddressRange range, BusDevice device) {}

  private final List<Slot> slots = new ArrayList<>();

  /// A bus without devices.
  public Bus() {}

  /// Puts a device at `range`.
  ///
  /// @throws IllegalArgumentException if another device is there
  public void attach(AddressRange range, BusDevice device) {
    for (Slot slot : slots) {
      if (slot.range.gpa() < range.end() && range.gpa() < slot.range.end()) {
        throw new IllegalArgumentException(range + " overlaps " + slot.range);
      }
    }
    slots.add(new Slot(range, device));
  }

  /// A guest's read of `data.byteSize()` bytes at `address`.
  public void read(long address, MemorySegment data) {
    data.fill((byte) 0xff);
    Slot slot = at(address, data);
    if (slot != null) {
      slot.device.read(address - slot.range.gpa(), data);
    }
  }

  /// A guest's write of `data.byteSize()` bytes at `address`.
  public void write(long address, MemorySegment data) {
    Slot slot = at(address, data);
    if (slot != null) {
      slot.device.write(address - slot.range.gpa(), data);
    }
  }

  /// The device that has all of the access; one that reaches over a device's end meets nobody.
  private @Nullable Slot at(long address, MemorySegment data) {
    for (Slot slot : slots) {
      if (slot.range.contains(address) && data.byteSize() <= slot.range.end() - address) {
        return slot;
      }
    }
    return null;
  }
}
