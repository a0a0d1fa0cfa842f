package fcvm.vmm.x86_64;

import fcvm.kvm.Kvm;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.VmFd;
import fcvm.kvm.x86_64.Pc;
import fcvm.kvm.x86_64.Regs;
import fcvm.kvm.x86_64.Regs.Register;
import fcvm.kvm.x86_64.Sregs;
import fcvm.kvm.x86_64.Sregs.Control;
import fcvm.linux.LinuxException;
import fcvm.virtio.GuestMemory;
import fcvm.vmm.AcpiPower;
import fcvm.vmm.AddressRange;
import fcvm.vmm.Architecture;
import fcvm.vmm.Board;
import fcvm.vmm.BootException;
import fcvm.vmm.BootFile;
import fcvm.vmm.BootPlan;
import fcvm.vmm.I8042;
import fcvm.vmm.Nesting;
import fcvm.vmm.NestingSupport;
import fcvm.vmm.PciLayout;
import fcvm.vmm.Uart;
import fcvm.vmm.VcpuSetup;
import fcvm.vmm.x86_64.acpi.AcpiTables;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// An x86_64 microVM: as little of a PC as Linux needs. KVM's own interrupt controllers and timer,
/// a serial port, a keyboard controller to reset with, power registers, virtio devices; all of it
/// told by ACPI. Addresses: [MemoryMap].
public final class X86_64 implements Architecture {
  private static final long PAGE = 4096;

  @Override
  public Optional<String> trial(Kvm kvm) throws LinuxException {
    return TrialGuest.run(kvm);
  }

  @Override
  public List<NestingSupport> nesting(Kvm kvm) throws LinuxException {
    return List.of(new NestingSupport(Nesting.VHE, Hypervisor.obstacle(kvm)));
  }

  @Override
  public List<AddressRange> memoryRanges(long bytes) throws BootException {
    return MemoryMap.ranges(bytes);
  }

  @Override
  public VcpuSetup load(BootPlan plan, GuestMemory memory) throws BootException {
    AddressRange low = plan.memory().getFirst();
    if (low.size() < MemoryMap.HIGH_MEMORY) {
      throw new BootException("an x86_64 microVM has at least 1 MiB of memory");
    }
    Loaded kernel;
    try (BootFile file = plan.openKernel()) {
      kernel = loadKernel(file, memory);
    }
    writeCmdline(plan.cmdline(), kernel.cmdlineSize(), memory);
    AddressRange initrd = loadInitrd(plan, kernel, low, memory);
    byte[] tables =
        plan.isPci()
            ? AcpiTables.image(MemoryMap.ACPI, plan.vcpus(), MemoryMap.PCI)
            : AcpiTables.image(
                MemoryMap.ACPI,
                plan.vcpus(),
                deviceRanges(plan.devices()),
                MemoryMap.FIRST_VIRTIO_GSI);
    memory.setBytes(MemoryMap.ACPI.gpa(), tables);
    kernel.entry().describe(initrd, E820.of(plan), memory);
    return new BootState(kernel.entry(), new CpuIdentity(plan.vcpus(), plan.nesting().isOn()));
  }

  private static Loaded loadKernel(BootFile file, GuestMemory memory) throws BootException {
    byte[] head = file.head(ZeroPage.SIZE);
    if (Vmlinux.matches(head)) {
      return Vmlinux.load(file, memory);
    }
    if (BzImage.matches(head)) {
      return BzImage.load(file, memory);
    }
    throw file.invalid("is neither an ELF file (vmlinux) nor a bzImage (vmlinuz) for x86_64");
  }

  private static void writeCmdline(String cmdline, int limit, GuestMemory memory)
      throws BootException {
    byte[] bytes = cmdline.getBytes(StandardCharsets.UTF_8);
    int most = Math.min(limit, MemoryMap.CMDLINE_SIZE - 1);
    if (bytes.length > most) {
      throw new BootException(
          "the kernel command line has %d bytes: this kernel takes %d"
              .formatted(bytes.length, most));
    }
    memory.setBytes(MemoryMap.CMDLINE, bytes);
    memory.setByte(MemoryMap.CMDLINE + bytes.length, (byte) 0);
  }

  /// As high as the kernel allows, out of its way.
  ///
  /// @return where it is, of size 0 if there is none
  private static AddressRange loadInitrd(
      BootPlan plan, Loaded kernel, AddressRange low, GuestMemory memory) throws BootException {
    try (BootFile file = plan.openInitrd()) {
      if (file == null) {
        return new AddressRange(0, 0);
      }
      long limit = Math.min(low.end(), kernel.initrdLimit());
      long start = (limit - file.size()) & -PAGE;
      MemorySegment target = start < kernel.end() ? null : memory.slice(start, file.size());
      if (target == null) {
        throw new BootException(
            "%s of %d MiB does not fit beside the kernel, which needs %d MiB: the microVM has %d MiB"
                .formatted(
                    file,
                    (file.size() >> 20) + 1,
                    (kernel.end() >> 20) + 1,
                    memory.byteSize() >> 20));
      }
      file.read(0, target);
      return new AddressRange(start, file.size());
    }
  }

  @Override
  public void beforeVcpus(VmFd vm) throws LinuxException {
    Pc.setIdentityMapAddress(vm, MemoryMap.IDENTITY_MAP);
    Pc.setTssAddress(vm, MemoryMap.TSS);
    vm.createIrqchip();
    Pc.createPit2(vm);
  }

  @Override
  public void afterVcpus(VmFd vm, BootPlan plan, List<VcpuFd> vcpus) {
    // Local APICs came with the vCPUs.
  }

  /// Always: caches are coherent whatever kind of memory the guest takes it for.
  @Override
  public boolean showsMemoryAsDevices(VcpuFd vcpu) {
    return true;
  }

  @Override
  public String position(VcpuFd vcpu) throws LinuxException {
    Regs regs = Regs.of(vcpu);
    Sregs sregs = Sregs.of(vcpu);
    return "rip %#x, rsp %#x, rflags %#x, cr0 %#x, cr2 %#x, cr3 %#x, cr4 %#x, efer %#x"
        .formatted(
            regs.get(Register.RIP),
            regs.get(Register.RSP),
            regs.get(Register.RFLAGS),
            sregs.get(Control.CR0),
            sregs.get(Control.CR2),
            sregs.get(Control.CR3),
            sregs.get(Control.CR4),
            sregs.get(Control.EFER));
  }

  @Override
  public Uart attachLegacyDevices(Board board) {
    Uart uart = new Uart(board.line(MemoryMap.COM1_GSI), board.serial());
    board.ports().attach(MemoryMap.COM1, uart);
    board.ports().attach(I8042.PORTS, new I8042(board.power()));
    board.ports().attach(AcpiPower.PORTS, new AcpiPower(board.power()));
    return uart;
  }

  private List<AddressRange> deviceRanges(int devices) {
    return IntStream.range(0, devices)
        .mapToObj(n -> new AddressRange(deviceAddress(n), AddressRange.VIRTIO_MMIO_SIZE))
        .toList();
  }

  @Override
  public long deviceAddress(int n) {
    return MemoryMap.VIRTIO + n * AddressRange.VIRTIO_MMIO_SIZE;
  }

  @Override
  public int deviceIrq(int n) {
    return MemoryMap.FIRST_VIRTIO_GSI + n;
  }

  @Override
  public int maxDevices() {
    return MemoryMap.GSIS - MemoryMap.FIRST_VIRTIO_GSI;
  }

  @Override
  public PciLayout pci() {
    return MemoryMap.PCI;
  }
}
