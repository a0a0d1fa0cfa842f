package fcvm.vmm;

import java.lang.foreign.MemorySegment;

/// A device with registers. Called on vCPU threads, on several at the same time.
public interface BusDevice {
  /// The guest reads a register.
  ///
  /// @param offset from the device's first address
  /// @param data 1, 2, 4 or 8 bytes to fill, little-endian; all ones if the device leaves them
  void read(long offset, MemorySegment data);

  /// The guest writes a register.
  ///
  /// @param offset from the device's first address
  /// @param data 1, 2, 4 or 8 bytes, little-endian
  void write(long offset, MemorySegment data);
}
