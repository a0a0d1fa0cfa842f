package fcvm.vmm;

import fcvm.kvm.VmFd;
import fcvm.linux.EventFd;
import fcvm.linux.LinuxException;
import fcvm.linux.Mapping;
import fcvm.virtio.MmioTransport;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A virtio device's register window on the bus.
///
/// @param memory what the transport keeps up to date for reads
record VirtioRegisters(MmioTransport transport, MemorySegment memory) implements BusDevice {
  void attach(Bus mmio, long gpa) {
    mmio.attach(new AddressRange(gpa, AddressRange.VIRTIO_MMIO_SIZE), this);
  }

  /// Lets KVM do by itself what happens with each request: notifications, acknowledged interrupts,
  /// and reads, for which the guest sees the registers as memory that it cannot write. What is left
  /// to exits is how a driver starts.
  ///
  /// @param gpa where the window is
  /// @param slot a free memory slot
  /// @param acknowledged signalled for acknowledged interrupts, which nobody has to hear of
  void spareExits(VmFd vm, long gpa, int slot, EventFd acknowledged) throws LinuxException {
    List<EventFd> queues = transport.queueEvents();
    for (int queue = 0; queue < queues.size(); queue++) {
      vm.ioeventfd(
          queues.get(queue), gpa + MmioTransport.QUEUE_NOTIFY_OFFSET, Integer.BYTES, queue);
    }
    vm.ioeventfd(
        acknowledged,
        gpa + MmioTransport.ACKNOWLEDGE_OFFSET,
        Integer.BYTES,
        MmioTransport.USED_BUFFER);
    // A host with larger pages than a window cannot show it.
    if (AddressRange.VIRTIO_MMIO_SIZE % Mapping.PAGE_SIZE == 0) {
      vm.setUserMemoryRegion(slot, VmFd.MEM_READONLY, gpa, memory);
    }
  }

  @Override
  public void read(long offset, MemorySegment data) {
    transport.read(offset, data);
  }

  @Override
  public void write(long offset, MemorySegment data) {
    transport.write(offset, data);
  }
}
