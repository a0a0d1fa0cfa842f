package fcvm.vmm.pci;

import fcvm.kvm.IoEvent;
import fcvm.kvm.VmFd;
import fcvm.linux.EventFd;
import fcvm.linux.EventLoop;
import fcvm.linux.LinuxException;
import fcvm.linux.Mapping;
import fcvm.virtio.DeviceType;
import fcvm.virtio.GuestMemory;
import fcvm.virtio.PciTransport;
import fcvm.virtio.VirtioDevice;
import fcvm.vmm.AddressRange;
import fcvm.vmm.Bus;
import fcvm.vmm.BusDevice;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A virtio device as a PCI function (virtio 1.3, section 4.1.4): its memory has the transport's
/// registers, then the table of its interrupts and their pending bits. Where there are ports,
/// drivers notify through one: KVM knows such an exit without looking at the guest's instruction.
///
/// The capability by which firmware reaches the registers through the configuration space is not
/// there: what it reads cannot be both that and memory, and Linux does without.
final class VirtioFunction implements BusDevice {
  /// Bytes of its memory.
  static final long MEMORY_SIZE = 0x4000;

  /// How many ports it has.
  static final int PORTS = 4;

  private static final int TABLE = PciTransport.SIZE;
  private static final int PENDING = TABLE + MsixTable.SIZE;

  private static final int VIRTIO_VENDOR = 0x1af4;
  private static final int FIRST_DEVICE = 0x1040;

  private static final int MEMORY_BAR = 0;
  private static final int PORT_BAR = 2;

  private static final int CAP_VENDOR = 0x09;
  private static final int CAP_MSIX = 0x11;
  private static final int MSIX_CONTROL = 2;

  // Kinds of virtio's capabilities, and their size.
  private static final int COMMON_CFG = 1;
  private static final int NOTIFY_CFG = 2;
  private static final int ISR_CFG = 3;
  private static final int DEVICE_CFG = 4;
  private static final int CAPABILITY_SIZE = 16;

  private final PciTransport transport;
  private final MsixTable messages;
  private final MemorySegment registers;
  private final AddressRange memory;
  private final @Nullable AddressRange ports;

  /// @param messages its interrupts, [PciTransport#messages] of them
  /// @param registers a page for what the transport lets drivers read
  VirtioFunction(
      List<MsixTable.Message> messages,
      VirtioDevice device,
      GuestMemory guest,
      EventLoop loop,
      MemorySegment registers,
      AddressRange memory,
      @Nullable AddressRange ports)
      throws LinuxException {
    this.messages = new MsixTable(messages);
    this.transport = new PciTransport(device, guest, this.messages, loop, registers);
    this.registers = registers;
    this.memory = memory;
    this.ports = ports;
  }

  PciTransport transport() {
    return transport;
  }

  /// Fills a slot of the bus, and attaches memory and ports.
  void attach(PciBus bus, int slot, Bus mmio, Bus portBus) {
    DeviceType type = transport.type();
    PciFunction function = bus.plug(slot, VIRTIO_VENDOR, FIRST_DEVICE + type.id(), classCode(type));
    function.memoryBar(MEMORY_BAR, memory);
    mmio.attach(memory, this);
    if (ports != null) {
      function.portBar(PORT_BAR, ports);
      portBus.attach(ports, new NotifyPort(transport));
    }
    int msix = function.capability(CAP_MSIX, msix());
    function.watch(
        msix + MSIX_CONTROL, MsixTable.ENABLE | MsixTable.FUNCTION_MASK, messages::control);
    function.capability(
        CAP_VENDOR, capability(COMMON_CFG, PciTransport.COMMON, PciTransport.COMMON_SIZE));
    function.capability(CAP_VENDOR, capability(ISR_CFG, PciTransport.ISR, PciTransport.ISR_SIZE));
    function.capability(
        CAP_VENDOR,
        capability(DEVICE_CFG, PciTransport.DEVICE_CONFIG, PciTransport.DEVICE_CONFIG_SIZE));
    function.capability(CAP_VENDOR, notification());
  }

  private byte[] msix() {
    ByteBuffer body = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    body.putShort((short) (messages.count() - 1));
    return body.putInt(TABLE | MEMORY_BAR).putInt(PENDING | MEMORY_BAR).array();
  }

  private static byte[] capability(int kind, int offset, int length) {
    return capability(kind, MEMORY_BAR, offset, length, CAPABILITY_SIZE).array();
  }

  private static ByteBuffer capability(int kind, int bar, int offset, int length, int size) {
    ByteBuffer body = ByteBuffer.allocate(size - 2).order(ByteOrder.LITTLE_ENDIAN);
    body.put((byte) size).put((byte) kind).put((byte) bar).put((byte) 0).putShort((short) 0);
    return body.putInt(offset).putInt(length);
  }

  // The multiplier of the queue's number is zero: all queues notify at one address.
  private byte[] notification() {
    int size = CAPABILITY_SIZE + Integer.BYTES;
    return ports == null
        ? capability(NOTIFY_CFG, MEMORY_BAR, PciTransport.NOTIFY, PciTransport.NOTIFY_SIZE, size)
            .array()
        : capability(NOTIFY_CFG, PORT_BAR, 0, PORTS, size).array();
  }

  private static int classCode(DeviceType type) {
    return switch (type) {
      case NET -> 0x020000; // Ethernet
      case BLOCK, FS -> 0x018000; // other mass storage
      case VSOCK -> 0x078000; // other communication
      case RNG -> 0xff0000; // none of the classes
    };
  }

  /// Lets KVM do by itself what happens with each request: notifications, and reads of the first
  /// page, which the guest sees as memory that it cannot write.
  ///
  /// @param slot a free memory slot
  /// @param isReadable whether the guest can be shown memory
  void spareExits(VmFd vm, int slot, boolean isReadable) throws LinuxException {
    IoEvent notification =
        ports == null
            ? IoEvent.mmio(memory.gpa() + PciTransport.NOTIFY, Short.BYTES)
            : IoEvent.port((int) ports.gpa(), Short.BYTES);
    List<EventFd> queues = transport.queueEvents();
    for (int queue = 0; queue < queues.size(); queue++) {
      vm.ioeventfd(notification.matching(queue), queues.get(queue));
    }
    // A host with larger pages cannot show it.
    if (isReadable && PciTransport.READABLE_SIZE % Mapping.PAGE_SIZE == 0) {
      vm.setUserMemoryRegion(slot, VmFd.MEM_READONLY, memory.gpa(), registers);
    }
  }

  @Override
  public void read(long offset, MemorySegment data) {
    if (offset < TABLE) {
      transport.read(offset, data);
    } else if (offset < PENDING) {
      messages.read(offset - TABLE, data);
    } else {
      messages.readPending(offset - PENDING, data);
    }
  }

  @Override
  public void write(long offset, MemorySegment data) {
    if (offset < TABLE) {
      transport.write(offset, data);
    } else if (offset < PENDING) {
      messages.write(offset - TABLE, data);
    }
  }

  /// The port of notifications that KVM has no event for.
  private record NotifyPort(PciTransport transport) implements BusDevice {
    @Override
    public void read(long offset, MemorySegment data) {
      data.fill((byte) 0);
    }

    @Override
    public void write(long offset, MemorySegment data) {
      if (offset == 0 && data.byteSize() == Short.BYTES) {
        transport.write(PciTransport.NOTIFY, data);
      }
    }
  }
}
