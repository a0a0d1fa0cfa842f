package fcvm.vmm;

import fcvm.virtio.MmioTransport;
import java.lang.foreign.MemorySegment;

/// A virtio device's register window on the bus.
record VirtioRegisters(MmioTransport transport) implements BusDevice {
  @Override
  public void read(long offset, MemorySegment data) {
    transport.read(offset, data);
  }

  @Override
  public void write(long offset, MemorySegment data) {
    transport.write(offset, data);
  }
}
