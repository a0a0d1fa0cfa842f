package fcvm.vmm;

import fcvm.kvm.VmFd;
import fcvm.linux.EventFd;
import fcvm.linux.EventLoop;
import fcvm.linux.LinuxException;
import fcvm.linux.Mapping;
import fcvm.virtio.GuestMemory;
import fcvm.virtio.MmioTransport;
import fcvm.virtio.VirtioDevice;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Virtio devices each with a window of registers and one interrupt.
final class MmioSlots implements VirtioSlots {
  private final Board board;
  private final Architecture architecture;
  private final GuestMemory guest;
  private final EventLoop loop;
  private final MemorySegment registers;
  private final int memorySlot;
  private final boolean isReadable;

  /// Signalled for acknowledged interrupts, which nobody has to hear of.
  private final EventFd acknowledged;

  private int used;

  /// @param loop serves the queues of devices that do not bring their own loop
  /// @param registers [#registerBytes] for all devices
  /// @param memorySlot the first free one of the VM
  /// @param isReadable whether the guest can be shown registers as memory
  MmioSlots(
      Board board,
      Architecture architecture,
      GuestMemory guest,
      EventLoop loop,
      MemorySegment registers,
      int memorySlot,
      boolean isReadable)
      throws LinuxException {
    this.board = board;
    this.architecture = architecture;
    this.guest = guest;
    this.loop = loop;
    this.registers = registers;
    this.memorySlot = memorySlot;
    this.isReadable = isReadable;
    this.acknowledged = new EventFd();
  }

  /// Memory for registers of so many devices, or of one: there is no mapping of nothing.
  static long registerBytes(int devices) {
    return Math.max(1, devices) * MmioTransport.SIZE;
  }

  @Override
  public Slot plug(VirtioDevice device) throws LinuxException {
    int n = used++;
    MemorySegment page = registers.asSlice(n * MmioTransport.SIZE, MmioTransport.SIZE);
    InterruptLine line = board.line(architecture.deviceIrq(n));
    MmioTransport transport = new MmioTransport(device, guest, line::pulse, loop, page);
    return new Window(transport, page, architecture.deviceAddress(n), memorySlot + n);
  }

  @Override
  public void close() {
    acknowledged.close();
  }

  private final class Window implements Slot, BusDevice {
    private final MmioTransport transport;
    private final MemorySegment page;
    private final long gpa;
    private final int slot;

    Window(MmioTransport transport, MemorySegment page, long gpa, int slot) {
      this.transport = transport;
      this.page = page;
      this.gpa = gpa;
      this.slot = slot;
    }

    // KVM notifies of queues, swallows acknowledged interrupts, and shows the registers as memory
    // that the guest cannot write, where it can. What is left to exits is how a driver starts.
    @Override
    public void connect() throws LinuxException {
      board.mmio().attach(new AddressRange(gpa, AddressRange.VIRTIO_MMIO_SIZE), this);
      VmFd vm = board.vm();
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
      if (isReadable && AddressRange.VIRTIO_MMIO_SIZE % Mapping.PAGE_SIZE == 0) {
        vm.setUserMemoryRegion(slot, VmFd.MEM_READONLY, gpa, page);
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

    @Override
    public void close() {
      transport.close();
    }
  }
}
