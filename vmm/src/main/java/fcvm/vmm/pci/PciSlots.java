package fcvm.vmm.pci;

import fcvm.kvm.MsiMessage;
import fcvm.kvm.VmFd;
import fcvm.linux.EventLoop;
import fcvm.linux.LinuxException;
import fcvm.linux.Mapping;
import fcvm.virtio.GuestMemory;
import fcvm.virtio.PciTransport;
import fcvm.virtio.VirtioDevice;
import fcvm.vmm.AddressRange;
import fcvm.vmm.Board;
import fcvm.vmm.PciLayout;
import fcvm.vmm.VirtioSlots;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Virtio devices on a PCI bus.
public final class PciSlots implements VirtioSlots {
  /// How many devices there is room for.
  public static final int COUNT = PciBus.SLOTS - 1;

  private final Board board;
  private final PciLayout layout;
  private final GuestMemory guest;
  private final EventLoop loop;
  private final MemorySegment registers;
  private final PciBus bus;
  private final int memorySlot;
  private final boolean isReadable;
  private int used;

  /// A bus whose slots are free. The guest sees the configuration spaces as memory that it cannot
  /// write, if it can be shown that.
  ///
  /// @param loop serves the queues of devices that do not bring their own loop
  /// @param registers [#registerBytes] for all devices, zero
  /// @param memorySlot the first free one of the VM
  /// @param isReadable whether the guest can be shown registers as memory
  public PciSlots(
      Board board,
      PciLayout layout,
      GuestMemory guest,
      EventLoop loop,
      MemorySegment registers,
      int memorySlot,
      boolean isReadable)
      throws LinuxException {
    this.board = board;
    this.layout = layout;
    this.guest = guest;
    this.loop = loop;
    this.registers = registers;
    this.memorySlot = memorySlot;
    this.isReadable = isReadable;
    MemorySegment ecam = registers.asSlice(0, PciBus.ECAM_SIZE);
    this.bus = new PciBus(ecam);
    board.mmio().attach(layout.ecam(), bus);
    if (isReadable && PciBus.ECAM_SIZE % Mapping.PAGE_SIZE == 0) {
      board.vm().setUserMemoryRegion(memorySlot, VmFd.MEM_READONLY, layout.ecam().gpa(), ecam);
    }
  }

  /// Memory for registers of so many devices.
  public static long registerBytes(int devices) {
    return PciBus.ECAM_SIZE + (long) devices * PciTransport.READABLE_SIZE;
  }

  private static AddressRange range(AddressRange of, int slot, long size) {
    return new AddressRange(of.gpa() + slot * size, size);
  }

  private @Nullable AddressRange ports(int slot) {
    AddressRange ports = layout.ports();
    return ports == null ? null : range(ports, slot, VirtioFunction.PORTS);
  }

  private List<MsixTable.Message> messages(int slot, int count) {
    VmFd vm = board.vm();
    int id = PciBus.deviceId(slot);
    return Stream.generate(() -> layout.hasDeviceIds() ? vm.message(id) : vm.message())
        .limit(count)
        .<MsixTable.Message>map(KvmMessage::new)
        .toList();
  }

  private record KvmMessage(MsiMessage message) implements MsixTable.Message {
    @Override
    public void set(long address, int data) {
      message.set(address, data);
    }

    @Override
    public void send() throws LinuxException {
      message.send();
    }
  }

  @Override
  public Slot plug(VirtioDevice device) throws LinuxException {
    int slot = ++used;
    long page = PciBus.ECAM_SIZE + (slot - 1L) * PciTransport.READABLE_SIZE;
    VirtioFunction function =
        new VirtioFunction(
            messages(slot, PciTransport.messages(device)),
            device,
            guest,
            loop,
            registers.asSlice(page, PciTransport.READABLE_SIZE),
            range(layout.memory(), slot, VirtioFunction.MEMORY_SIZE),
            ports(slot));
    return new Slot() {
      @Override
      public void connect() throws LinuxException {
        function.attach(bus, slot, board.mmio(), board.ports());
        function.spareExits(board.vm(), memorySlot + slot, isReadable);
      }

      @Override
      public void close() {
        function.transport().close();
      }
    };
  }

  @Override
  public void close() {}
}
