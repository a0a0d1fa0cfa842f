package fcvm.vmm.x86_64;

import fcvm.vmm.AddressRange;
import fcvm.vmm.BootException;
import fcvm.vmm.PciLayout;
import fcvm.vmm.pci.PciBus;
import java.util.ArrayList;
import java.util.List;

/// Where everything is in an x86_64 microVM's physical address space. The addresses are
/// Firecracker's, so that its guests feel at home.
public final class MemoryMap {
  /// The boot processor's segment descriptors.
  static final long GDT = 0x500;

  /// An empty interrupt table: an exception before the kernel has its own is a triple fault.
  static final long IDT = 0x540;

  /// Xen's `hvm_start_info`, for a kernel that is entered by PVH.
  static final long START_INFO = 0x6000;

  /// The module list that it points to: the initrd.
  static final long MODULE_LIST = 0x6040;

  /// Linux's `boot_params`, for a kernel that is entered in 64-bit mode.
  static final long ZERO_PAGE = 0x7000;

  /// Xen's memory map; only one of the two boot protocols is used, so they share the page.
  static final long PVH_MEMORY_MAP = 0x7000;

  /// Top of the stack that a 64-bit kernel is entered with.
  static final long STACK = 0x8ff0;

  /// Page tables that map the first GiB onto itself: level 4, then 3, then 2.
  static final long PML4 = 0x9000;

  static final long PDPT = 0xa000;
  static final long PAGE_DIRECTORY = 0xb000;

  /// The kernel's command line.
  static final long CMDLINE = 0x20000;

  /// Its room, with the final zero: COMMAND_LINE_SIZE of x86 kernels.
  static final int CMDLINE_SIZE = 2048;

  /// End of conventional memory; PCs keep the extended BIOS data area above.
  static final long CONVENTIONAL_END = 0x9fc00;

  /// ACPI tables, the RSDP first: kernels that are not told look for it from here on.
  static final AddressRange ACPI = new AddressRange(0xe0000, 0x20000);

  /// Memory that the kernel may use as it likes starts at 1 MiB.
  static final long HIGH_MEMORY = 0x10_0000;

  /// Memory ends here and goes on at [#ABOVE_HOLE].
  static final long HOLE = 0xc000_0000L;

  /// virtio-mmio devices, one page each; the page before is Firecracker's boot timer.
  static final long VIRTIO = 0xc000_1000L;

  /// PCI functions' memory.
  static final AddressRange PCI_MEMORY = new AddressRange(0xc010_0000L, 0x10_0000);

  /// PCI functions' ports.
  static final AddressRange PCI_PORTS = new AddressRange(0x1000, 0x1000);

  /// PCI functions' configuration spaces.
  static final AddressRange ECAM = new AddressRange(0xeec0_0000L, PciBus.ECAM_SIZE);

  /// PCI, when there is some.
  public static final PciLayout PCI = new PciLayout(ECAM, PCI_MEMORY, PCI_PORTS, false);

  /// Where KVM's IOAPIC is.
  public static final long IOAPIC = 0xfec0_0000L;

  /// Where KVM's local APICs are.
  public static final long LAPIC = 0xfee0_0000L;

  /// A page that Intel's KVM needs for real mode without paging.
  static final long IDENTITY_MAP = 0xfffb_c000L;

  /// Three pages that Intel's KVM needs for real mode.
  static final long TSS = 0xfffb_d000L;

  /// Memory goes on here.
  static final long ABOVE_HOLE = 0x1_0000_0000L;

  /// End of memory: 39 bits, the physical addresses of the smallest processors in common use.
  static final long END = 1L << 39;

  /// COM1's ports.
  public static final AddressRange COM1 = new AddressRange(0x3f8, 8);

  /// COM1's interrupt, as on every PC.
  public static final int COM1_GSI = 4;

  /// The first interrupt of a virtio-mmio device.
  static final int FIRST_VIRTIO_GSI = 5;

  /// Pins of the IOAPIC.
  static final int GSIS = 24;

  private MemoryMap() {}

  /// Memory of `bytes`, around the hole.
  static List<AddressRange> ranges(long bytes) throws BootException {
    long most = HOLE + (END - ABOVE_HOLE);
    if (bytes > most) {
      throw new BootException(
          "%d MiB of memory do not fit into the address space: at most %d MiB do"
              .formatted(bytes >> 20, most >> 20));
    }
    List<AddressRange> ranges = new ArrayList<>();
    ranges.add(new AddressRange(0, Math.min(bytes, HOLE)));
    if (bytes > HOLE) {
      ranges.add(new AddressRange(ABOVE_HOLE, bytes - HOLE));
    }
    return ranges;
  }
}
