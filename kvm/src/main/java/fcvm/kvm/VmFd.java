package fcvm.kvm;

import fcvm.linux.Errno;
import fcvm.linux.EventFd;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A virtual machine: memory slots, interrupt lines, processors, devices. Any thread may use it.
///
/// Closing it does not end its vCPUs: each holds the machine until it is closed itself, and the
/// memory given to [#setUserMemoryRegion] must stay mapped as long as one of them can run.
public final class VmFd extends KvmFd {
  /// KVM_MEM_LOG_DIRTY_PAGES: note which pages the guest writes.
  public static final int MEM_LOG_DIRTY_PAGES = 1;

  /// KVM_MEM_READONLY: guest writes become [VcpuExit.MmioWrite].
  public static final int MEM_READONLY = 2;

  private static final Ioctl KVM_CREATE_VCPU = Ioctl.plain("KVM_CREATE_VCPU", 0x41);
  private static final Ioctl KVM_GET_DIRTY_LOG =
      Ioctl.write("KVM_GET_DIRTY_LOG", 0x42, Structs.DIRTY_LOG.byteSize());
  private static final Ioctl KVM_SET_USER_MEMORY_REGION =
      Ioctl.write("KVM_SET_USER_MEMORY_REGION", 0x46, Structs.USERSPACE_MEMORY_REGION.byteSize());
  private static final Ioctl KVM_CREATE_IRQCHIP = Ioctl.plain("KVM_CREATE_IRQCHIP", 0x60);
  private static final Ioctl KVM_IRQ_LINE =
      Ioctl.write("KVM_IRQ_LINE", 0x61, Structs.IRQ_LEVEL.byteSize());
  private static final Ioctl KVM_SET_GSI_ROUTING =
      Ioctl.write("KVM_SET_GSI_ROUTING", 0x6a, Structs.IRQ_ROUTING.byteSize());
  private static final Ioctl KVM_IRQFD = Ioctl.write("KVM_IRQFD", 0x76, Structs.IRQFD.byteSize());
  private static final Ioctl KVM_IOEVENTFD =
      Ioctl.write("KVM_IOEVENTFD", 0x79, Structs.IOEVENTFD.byteSize());
  private static final Ioctl KVM_ENABLE_CAP =
      Ioctl.write("KVM_ENABLE_CAP", 0xa3, Structs.ENABLE_CAP.byteSize());
  private static final int MSI_VALID_DEVID = 1;
  private static final Ioctl KVM_SIGNAL_MSI =
      Ioctl.write("KVM_SIGNAL_MSI", 0xa5, Structs.MSI.byteSize());
  private static final Ioctl KVM_CREATE_DEVICE =
      Ioctl.readWrite("KVM_CREATE_DEVICE", 0xe0, Structs.CREATE_DEVICE.byteSize());

  private static final int CREATE_DEVICE_TEST = 1;
  private static final int IRQFD_DEASSIGN = 1;
  private static final int IRQFD_RESAMPLE = 2;

  private final int vcpuMmapSize;

  VmFd(Fd fd, int vcpuMmapSize) {
    super(fd);
    this.vcpuMmapSize = vcpuMmapSize;
  }

  /// KVM_CHECK_EXTENSION on this machine: some capabilities depend on its type.
  public int checkExtension(int capability) throws LinuxException {
    return ioctl(Kvm.KVM_CHECK_EXTENSION, capability);
  }

  /// KVM_ENABLE_CAP with up to four arguments.
  public void enableCap(int capability, long... arguments) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      Struct cap = Struct.allocate(Structs.ENABLE_CAP, arena).set("cap", capability);
      MemorySegment.copy(
          arguments, 0, cap.slice("args"), ValueLayout.JAVA_LONG, 0, arguments.length);
      ioctl(KVM_ENABLE_CAP, cap);
    }
  }

  /// KVM_CREATE_VCPU. Its [VcpuFd#run] belongs to one thread.
  ///
  /// @param id 0 for the processor that boots; on x86 also its APIC id
  /// @throws LinuxException EEXIST if there is one of this id, EINVAL beyond the limits
  public VcpuFd createVcpu(int id) throws LinuxException {
    return VcpuFd.create(Fd.of(ioctl(KVM_CREATE_VCPU, id), "kvm vcpu " + id), id, vcpuMmapSize);
  }

  /// KVM_SET_USER_MEMORY_REGION: `memory` appears at `gpa` in the guest.
  ///
  /// @param slot a number of the caller's choice; an existing slot may move or change flags only
  /// @param flags 0, [#MEM_LOG_DIRTY_PAGES], [#MEM_READONLY]
  /// @param gpa guest physical address, page-aligned
  /// @param memory page-aligned, whole pages; stays mapped as long as the machine runs
  /// @throws LinuxException EEXIST if it overlaps another slot, EINVAL if something is not aligned
  public void setUserMemoryRegion(int slot, int flags, long gpa, MemorySegment memory)
      throws LinuxException {
    setUserMemoryRegion(slot, flags, gpa, memory.byteSize(), memory.address());
  }

  /// Removes a memory slot.
  public void removeUserMemoryRegion(int slot) throws LinuxException {
    setUserMemoryRegion(slot, 0, 0, 0, 0);
  }

  private void setUserMemoryRegion(int slot, int flags, long gpa, long size, long address)
      throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      Struct region =
          Struct.allocate(Structs.USERSPACE_MEMORY_REGION, arena)
              .set("slot", slot)
              .set("flags", flags)
              .set("guest_phys_addr", gpa)
              .set("memory_size", size)
              .set("userspace_addr", address);
      ioctl(KVM_SET_USER_MEMORY_REGION, region);
    } catch (LinuxException e) {
      throw new LinuxException(
          "KVM_SET_USER_MEMORY_REGION of slot %d, %#x bytes at %#x".formatted(slot, size, gpa),
          e.errno());
    }
  }

  /// KVM_GET_DIRTY_LOG: a bit per page of the slot that was written since the last call.
  ///
  /// @param bitmap one bit per page, rounded up to 8 bytes
  public void dirtyLog(int slot, MemorySegment bitmap) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      ioctl(
          KVM_GET_DIRTY_LOG,
          Struct.allocate(Structs.DIRTY_LOG, arena)
              .set("slot", slot)
              .set("dirty_bitmap", bitmap.address()));
    }
  }

  /// KVM_CREATE_IRQCHIP: on x86 two 8259, an IOAPIC, and a local APIC in each vCPU made later.
  public void createIrqchip() throws LinuxException {
    ioctl(KVM_CREATE_IRQCHIP, 0);
  }

  /// An interrupt line, to be driven with KVM_IRQ_LINE.
  ///
  /// @param irq on x86 the GSI; on aarch64 type, vCPU and INTID as `fcvm.kvm.aarch64.IrqLine` has
  ///   it
  public IrqInput irqLine(int irq) {
    return new IrqInput(this, KVM_IRQ_LINE, irqLevel(irq, 0), irqLevel(irq, 1));
  }

  private static MemorySegment irqLevel(int irq, int level) {
    Struct struct = Struct.allocate(Structs.IRQ_LEVEL, Arena.ofAuto());
    return struct.set("irq", irq).set("level", level).memory();
  }

  /// A message-signalled interrupt, to be sent with KVM_SIGNAL_MSI.
  public MsiMessage message() {
    return message(0, 0);
  }

  /// The same for an interrupt controller that asks who sends, as an ITS does.
  ///
  /// @param device the sender's number, on PCI bus, slot and function
  public MsiMessage message(int device) {
    return message(MSI_VALID_DEVID, device);
  }

  private MsiMessage message(int flags, int device) {
    Struct msi = Struct.allocate(Structs.MSI, Arena.ofAuto());
    return new MsiMessage(this, KVM_SIGNAL_MSI, msi.set("flags", flags).set("devid", device));
  }

  /// KVM_SET_GSI_ROUTING: replaces where every GSI leads.
  public void setGsiRouting(List<GsiRoute> routes) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      ioctl(KVM_SET_GSI_ROUTING, GsiRoute.encode(routes, arena));
    }
  }

  /// KVM_IRQFD: each signal of `event` is a pulse on a GSI, from inside the kernel.
  public void irqfd(EventFd event, int gsi) throws LinuxException {
    irqfd(event, gsi, 0, null);
  }

  /// KVM_IRQFD for a level-triggered line: `event` raises it, and when the guest ends the interrupt
  /// the line falls and `resample` is signalled, so that the device can raise it again.
  public void irqfd(EventFd event, int gsi, EventFd resample) throws LinuxException {
    irqfd(event, gsi, IRQFD_RESAMPLE, resample);
  }

  /// Undoes [#irqfd]. Closing the event does so too.
  public void removeIrqfd(EventFd event, int gsi) throws LinuxException {
    irqfd(event, gsi, IRQFD_DEASSIGN, null);
  }

  private void irqfd(EventFd event, int gsi, int flags, @Nullable EventFd resample)
      throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      Struct irqfd =
          Struct.allocate(Structs.IRQFD, arena)
              .set("fd", event.fd().number())
              .set("gsi", gsi)
              .set("flags", flags);
      if (resample != null) {
        irqfd.set("resamplefd", resample.fd().number());
      }
      ioctl(KVM_IRQFD, irqfd);
    }
  }

  /// KVM_IOEVENTFD: a guest write of `datamatch` to `gpa` signals `event` and is no exit.
  ///
  /// @param length of the write in bytes: 1, 2, 4 or 8
  public void ioeventfd(EventFd event, long gpa, int length, long datamatch) throws LinuxException {
    ioeventfd(IoEvent.mmio(gpa, length).matching(datamatch), event);
  }

  /// KVM_IOEVENTFD: guest writes that match signal `event` and are no exits.
  public void ioeventfd(IoEvent write, EventFd event) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      ioctl(KVM_IOEVENTFD, write.encode(event, 0, arena));
    }
  }

  /// Undoes [#ioeventfd].
  public void removeIoeventfd(IoEvent write, EventFd event) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      ioctl(KVM_IOEVENTFD, write.encode(event, IoEvent.DEASSIGN, arena));
    }
  }

  /// KVM_CREATE_DEVICE with KVM_CREATE_DEVICE_TEST: whether the kernel can make such a device here.
  ///
  /// @param type KVM_DEV_TYPE_*
  public boolean canCreateDevice(int type) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      ioctl(
          KVM_CREATE_DEVICE,
          Struct.allocate(Structs.CREATE_DEVICE, arena)
              .set("type", type)
              .set("flags", CREATE_DEVICE_TEST));
      return true;
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENODEV) {
        return false;
      }
      throw e;
    }
  }

  /// KVM_CREATE_DEVICE: a device inside the kernel.
  ///
  /// @param type KVM_DEV_TYPE_*
  public DeviceFd createDevice(int type) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      Struct device = Struct.allocate(Structs.CREATE_DEVICE, arena).set("type", type);
      ioctl(KVM_CREATE_DEVICE, device);
      return new DeviceFd(Fd.of((int) device.get("fd"), "kvm device of type " + type));
    }
  }
}
