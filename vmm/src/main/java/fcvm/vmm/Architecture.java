package fcvm.vmm;

import fcvm.kvm.Kvm;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.VmFd;
import fcvm.linux.Arch;
import fcvm.linux.LinuxException;
import fcvm.virtio.GuestMemory;
import fcvm.vmm.aarch64.Aarch64;
import fcvm.vmm.x86_64.X86_64;
import java.util.List;
import java.util.Optional;

/// What differs between a microVM on one processor architecture and on another: where memory and
/// devices are, how a kernel is put into memory, and how interrupts and vCPUs are prepared.
///
/// After [#trial] and [#nesting], which [KvmProbe] calls, [MicroVm] calls it in the order of its
/// methods. It has no state: everything that one VM needs to remember is in what the methods
/// return.
public interface Architecture {
  /// The architecture that this process runs on.
  static Architecture of(Arch arch) {
    return switch (arch) {
      case ARM64 -> new Aarch64();
      case AMD64 -> new X86_64();
    };
  }

  /// Runs a guest of a few instructions, which needs of processor and KVM what every kernel needs.
  /// That tells in a millisecond whether kernels can run here.
  ///
  /// @return what went wrong; empty if nothing did
  Optional<String> trial(Kvm kvm) throws LinuxException;

  /// In which ways guests can be hypervisors, and what keeps them from it here.
  List<NestingSupport> nesting(Kvm kvm) throws LinuxException;

  /// Where `bytes` of guest memory lie, in ascending order and without overlap; one memslot each.
  ///
  /// @param bytes a multiple of 1 MiB
  /// @throws BootException if the address space has no room for so much
  List<AddressRange> memoryRanges(long bytes) throws BootException;

  /// Puts kernel, initrd, command line and hardware description (FDT, or ACPI and zero page) into
  /// memory.
  ///
  /// @return how each vCPU must start to run what was loaded
  /// @throws BootException if a file is not what it should be, or does not fit
  VcpuSetup load(BootPlan plan, GuestMemory memory) throws BootException;

  /// Creates what must exist before the first vCPU: on x86_64 TSS address, irqchip and PIT.
  void beforeVcpus(VmFd vm) throws LinuxException;

  /// Creates what needs all vCPUs to exist: on aarch64 the GICv3, and its ITS for PCI.
  ///
  /// @param vcpus set up as [#load] said
  void afterVcpus(VmFd vm, BootPlan plan, List<VcpuFd> vcpus) throws LinuxException;

  /// Whether a guest that takes a page for a device's registers sees there what this process has
  /// written to the page: a processor may read past the cache in which that still is.
  boolean showsMemoryAsDevices(VcpuFd vcpu) throws LinuxException;

  /// Where a vCPU is, for the report of a crash: program counter and what else helps, such as `pc
  /// 0xffff800080001234, sp …`. Called on the vCPU's thread.
  String position(VcpuFd vcpu) throws LinuxException;

  /// Puts the non-virtio devices on the buses: serial port, clock, reset and power registers.
  ///
  /// @return the serial port, for its input
  Uart attachLegacyDevices(Board board);

  /// The guest physical address of virtio-mmio device `n`, [AddressRange#VIRTIO_MMIO_SIZE] bytes.
  long deviceAddress(int n);

  /// The interrupt of virtio-mmio device `n`, as [VmFd#irqLine] numbers it.
  int deviceIrq(int n);

  /// How many virtio-mmio devices there is room for.
  int maxDevices();

  /// Where PCI is, for virtio devices that shall be there.
  PciLayout pci();
}
