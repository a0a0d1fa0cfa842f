package fcvm.vmm.aarch64;

import fcvm.kvm.Kvm;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.VmFd;
import fcvm.kvm.aarch64.Counter;
import fcvm.kvm.aarch64.IrqLine;
import fcvm.kvm.aarch64.OneReg;
import fcvm.kvm.aarch64.VgicIts;
import fcvm.kvm.aarch64.VgicV3;
import fcvm.linux.LinuxException;
import fcvm.virtio.GuestMemory;
import fcvm.vmm.AddressRange;
import fcvm.vmm.Architecture;
import fcvm.vmm.Board;
import fcvm.vmm.BootException;
import fcvm.vmm.BootFile;
import fcvm.vmm.BootPlan;
import fcvm.vmm.Nesting;
import fcvm.vmm.NestingSupport;
import fcvm.vmm.PciLayout;
import fcvm.vmm.Pl031;
import fcvm.vmm.Uart;
import fcvm.vmm.VcpuSetup;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An aarch64 microVM: GICv3, PSCI, device tree; the same addresses as Firecracker's.
///
/// | what | guest physical address |
/// |---|---|
/// | GICv3 ITS, if there is PCI | below the redistributors |
/// | GICv3 redistributors, 128 KiB each | below the distributor |
/// | GICv3 distributor | 0x3fff_0000 |
/// | PL031, 16550, virtio-mmio | 0x4000_1000, 0x4000_2000, 0x4000_3000 and on |
/// | memory of PCI functions, and their configuration spaces | 0x5000_0000, 0x7000_0000 |
/// | memory | 0x8000_0000 |
/// | kernel | 0x8020_0000, after 2 MiB for the monitor's own use |
/// | initrd | below the device tree |
/// | device tree | the last 2 MiB of memory |
public final class Aarch64 implements Architecture {
  static final long DRAM = 0x8000_0000L;
  static final long SYSTEM_MEMORY_SIZE = 2 << 20;
  static final AddressRange GIC_DISTRIBUTOR =
      new AddressRange(0x3fff_0000L, VgicV3.DISTRIBUTOR_SIZE);
  static final long RTC = 0x4000_1000L;
  static final long UART = 0x4000_2000L;
  static final int UART_SPI = 0;
  static final PciLayout PCI =
      new PciLayout(
          new AddressRange(0x7000_0000L, 1 << 20),
          new AddressRange(0x5000_0000L, 1 << 20),
          null,
          true);

  private static final long VIRTIO = 0x4000_3000L;
  private static final int FIRST_VIRTIO_SPI = 1;
  private static final int MAX_DEVICES = 64;
  private static final int INTERRUPTS = 128; // 32 of a vCPU's own and 96 SPIs

  private static final long FDT_SIZE = 2 << 20;
  private static final long PAGE_SIZE = 4096;
  private static final long MIB = 1 << 20;
  private static final int SEED_SIZE = 64;

  private static final int FWB_SHIFT = 40;
  private static final int ID_FIELD = 0xf;

  /// KVM gives a VM 40 bits of physical addresses unless it is asked for more.
  private static final long MAX_MEMORY = (1L << 40) - DRAM;

  @Override
  public Optional<String> trial(Kvm kvm) throws LinuxException {
    return TrialGuest.run(kvm);
  }

  @Override
  public List<NestingSupport> nesting(Kvm kvm) throws LinuxException {
    List<NestingSupport> all = new ArrayList<>();
    for (Nesting way : List.of(Nesting.VHE, Nesting.NVHE)) {
      all.add(new NestingSupport(way, VirtualEl2.obstacle(kvm, way)));
    }
    return all;
  }

  @Override
  public List<AddressRange> memoryRanges(long bytes) throws BootException {
    if (bytes > MAX_MEMORY) {
      throw new BootException(
          "%d MiB of memory do not fit into the address space: at most %d MiB do"
              .formatted(bytes >> 20, MAX_MEMORY >> 20));
    }
    return List.of(new AddressRange(DRAM, bytes));
  }

  @Override
  public VcpuSetup load(BootPlan plan, GuestMemory memory) throws BootException {
    try (BootFile kernel = plan.openKernel();
        BootFile initrd = plan.openInitrd()) {
      KernelImage image = KernelImage.of(kernel);
      AddressRange dram = plan.memory().getFirst();
      long start = DRAM + SYSTEM_MEMORY_SIZE + image.textOffset();
      long fdt = dram.end() - FDT_SIZE;
      long limit = initrd == null ? fdt : (fdt - initrd.size()) & -PAGE_SIZE;
      if (limit - start < image.imageSize()) {
        throw tooSmall(dram, start + image.imageSize() - limit, kernel, initrd);
      }
      kernel.read(0, slice(memory, start, kernel.size()));
      AddressRange initrdRange = null;
      if (initrd != null) {
        initrdRange = new AddressRange(limit, initrd.size());
        initrd.read(0, slice(memory, limit, initrd.size()));
      }
      byte[] tree = DeviceTree.of(plan, initrdRange, seed());
      slice(memory, fdt, tree.length).copyFrom(MemorySegment.ofArray(tree));
      return new PsciBoot(start, fdt, plan.nesting());
    }
  }

  private static BootException tooSmall(
      AddressRange dram, long missing, BootFile kernel, @Nullable BootFile initrd) {
    return new BootException(
        "%s%s needs at least %d MiB of memory to be loaded, and more to run: the microVM has %d MiB"
            .formatted(
                kernel,
                initrd == null ? "" : " with " + initrd,
                (dram.size() + missing + MIB - 1) >> 20,
                dram.size() >> 20));
  }

  private static MemorySegment slice(GuestMemory memory, long gpa, long size) {
    return Objects.requireNonNull(memory.slice(gpa, size), "checked to be in memory");
  }

  /// From the kernel: SecureRandom would load its providers first, which delays every start.
  private static byte[] seed() throws BootException {
    try (InputStream random = Files.newInputStream(Path.of("/dev/urandom"))) {
      return random.readNBytes(SEED_SIZE);
    } catch (IOException e) {
      throw new BootException("/dev/urandom cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void beforeVcpus(VmFd vm) {
    // The GIC needs to know all vCPUs: see afterVcpus.
  }

  @Override
  public void afterVcpus(VmFd vm, BootPlan plan, List<VcpuFd> vcpus) throws LinuxException {
    try (VgicV3 gic = VgicV3.create(vm)) {
      gic.distributor(GIC_DISTRIBUTOR.gpa());
      gic.redistributors(redistributors(vcpus.size()).gpa());
      gic.interrupts(INTERRUPTS);
      // Older kernels have a number of their own, which is the same.
      if (plan.nesting().isOn() && gic.hasMaintenanceInterrupt()) {
        gic.maintenanceInterrupt(VgicV3.MAINTENANCE_INTID);
      }
      gic.init();
    }
    if (plan.isPci()) {
      VgicIts.create(vm, its(vcpus.size()).gpa()).close(); // the VM keeps it
    }
    if (plan.nesting().isOn()) {
      // The guest's hypervisor writes offsets of its own, of which KVM must not take one for the
      // machine's. None, because one for the physical counter too makes KVM trap every access to it
      // on processors without FEAT_ECV, and a timer interrupt storm on QEMU's (10.0.13).
      Counter.setOffset(vm, 0);
    }
  }

  /// If KVM's own kind of memory wins over the guest's: FEAT_S2FWB, Armv8.4.
  @Override
  public boolean showsMemoryAsDevices(VcpuFd vcpu) throws LinuxException {
    return (OneReg.get(vcpu, OneReg.ID_AA64MMFR2_EL1) >>> FWB_SHIFT & ID_FIELD) != 0;
  }

  @Override
  public String position(VcpuFd vcpu) throws LinuxException {
    return "pc 0x%x, pstate 0x%x, x0 0x%x, x30 0x%x"
        .formatted(
            OneReg.get(vcpu, OneReg.PC),
            OneReg.get(vcpu, OneReg.PSTATE),
            OneReg.get(vcpu, OneReg.x(0)),
            OneReg.get(vcpu, OneReg.x(30)));
  }

  @Override
  public Uart attachLegacyDevices(Board board) {
    Uart uart = new Uart(board.line(IrqLine.spi(UART_SPI)), board.serial());
    board.mmio().attach(new AddressRange(UART, Uart.SIZE), uart);
    board.mmio().attach(new AddressRange(RTC, Pl031.SIZE), new Pl031(InstantSource.system()));
    return uart;
  }

  @Override
  public long deviceAddress(int n) {
    return virtioAddress(n);
  }

  @Override
  public int deviceIrq(int n) {
    return IrqLine.spi(virtioSpi(n));
  }

  @Override
  public int maxDevices() {
    return MAX_DEVICES;
  }

  @Override
  public PciLayout pci() {
    return PCI;
  }

  static long virtioAddress(int n) {
    return VIRTIO + n * AddressRange.VIRTIO_MMIO_SIZE;
  }

  static int virtioSpi(int n) {
    return FIRST_VIRTIO_SPI + n;
  }

  static AddressRange redistributors(int vcpus) {
    long size = vcpus * VgicV3.REDISTRIBUTOR_SIZE;
    return new AddressRange(GIC_DISTRIBUTOR.gpa() - size, size);
  }

  /// Translates PCI functions' messages.
  static AddressRange its(int vcpus) {
    return new AddressRange(redistributors(vcpus).gpa() - VgicIts.SIZE, VgicIts.SIZE);
  }

  /// A vCPU's affinity as KVM numbers them: 16 to a cluster (`reset_mpidr` in KVM).
  static long mpidr(int vcpu) {
    return (vcpu & 0xf) | (((vcpu >> 4) & 0xff) << 8);
  }
}
