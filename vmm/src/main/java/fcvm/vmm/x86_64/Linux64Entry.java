package fcvm.vmm.x86_64;

import fcvm.kvm.VcpuFd;
import fcvm.kvm.x86_64.Regs;
import fcvm.kvm.x86_64.Regs.Register;
import fcvm.kvm.x86_64.Sregs;
import fcvm.kvm.x86_64.Sregs.Control;
import fcvm.linux.LinuxException;
import fcvm.virtio.GuestMemory;
import fcvm.vmm.AddressRange;
import java.util.List;

/// By Linux's 64-bit boot protocol: long mode, `rsi` pointing to the zero page. Source:
/// `Documentation/arch/x86/boot.rst`.
///
/// @param zeroPage with the kernel's own setup header, if it came with one
record Linux64Entry(long rip, ZeroPage zeroPage) implements Entry {
  @Override
  public void describe(AddressRange initrd, List<E820> map, GuestMemory memory) {
    Gdt.write(memory, Gdt.CODE_64);
    PageTables.write(memory);
    byte[] page =
        zeroPage.describe(
            MemoryMap.CMDLINE, initrd.gpa(), initrd.size(), MemoryMap.ACPI.gpa(), map);
    memory.setBytes(MemoryMap.ZERO_PAGE, page);
  }

  @Override
  public void enter(VcpuFd vcpu) throws LinuxException {
    longMode(Sregs.of(vcpu)).setOn(vcpu);
    new Regs()
        .set(Register.RIP, rip)
        .set(Register.RSI, MemoryMap.ZERO_PAGE)
        .set(Register.RSP, MemoryMap.STACK)
        .set(Register.RBP, MemoryMap.STACK)
        .setOn(vcpu);
  }

  /// 64-bit mode, on the tables of [Gdt] and [PageTables].
  static Sregs longMode(Sregs sregs) {
    return Gdt.load(sregs, Gdt.CODE_64)
        .set(Control.CR0, Sregs.CR0_PE | Sregs.CR0_ET | Sregs.CR0_PG)
        .set(Control.CR3, MemoryMap.PML4)
        .set(Control.CR4, Sregs.CR4_PAE)
        .set(Control.EFER, Sregs.EFER_LME | Sregs.EFER_LMA);
  }
}
