package fcvm.vmm.x86_64;

import fcvm.kvm.Kvm;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.VmFd;
import fcvm.kvm.x86_64.CpuId;
import fcvm.kvm.x86_64.Fpu;
import fcvm.kvm.x86_64.Lapic;
import fcvm.kvm.x86_64.Msrs;
import fcvm.kvm.x86_64.Regs;
import fcvm.kvm.x86_64.Regs.Register;
import fcvm.kvm.x86_64.Sregs;
import fcvm.kvm.x86_64.Sregs.Control;
import fcvm.linux.LinuxException;
import fcvm.vmm.VcpuSetup;
import java.util.LinkedHashMap;
import java.util.Map;

/// The registers of vCPUs as a kernel expects them: the first at its entry point, the others
/// waiting for INIT and SIPI, as KVM makes them.
///
/// @param entry how the first is entered
/// @param identity what CPUID answers
record BootState(Entry entry, CpuIdentity identity) implements VcpuSetup {
  private static final long MISC_ENABLE_FAST_STRING = 1;

  /// MTRRs on, and memory write-back where they say nothing else.
  private static final long MTRR_ENABLE_WRITE_BACK = 1 << 11 | 6;

  @Override
  public void setUp(Kvm kvm, VmFd vm, VcpuFd vcpu, int index) throws LinuxException {
    // CPUID comes first: it decides which MSRs there are.
    identity.of(CpuId.supported(kvm), index).setOn(vcpu);
    Msrs.set(vcpu, msrs());
    Lapic.of(vcpu)
        .deliveryMode(Lapic.LVT_LINT0, Lapic.MODE_EXTINT)
        .deliveryMode(Lapic.LVT_LINT1, Lapic.MODE_NMI)
        .setOn(vcpu);
    if (index == 0) {
      Fpu.reset(vcpu);
      switch (entry) {
        case Entry.Pvh pvh -> enterProtectedMode(vcpu, pvh);
        case Entry.Linux64 linux -> enterLongMode(vcpu, linux);
      }
    }
  }

  private static void enterProtectedMode(VcpuFd vcpu, Entry.Pvh entry) throws LinuxException {
    Gdt.load(Sregs.of(vcpu), Gdt.CODE_32)
        .set(Control.CR0, Sregs.CR0_PE | Sregs.CR0_ET)
        .set(Control.CR4, 0)
        .set(Control.EFER, 0)
        .setOn(vcpu);
    new Regs().set(Register.RIP, entry.rip()).set(Register.RBX, MemoryMap.START_INFO).setOn(vcpu);
  }

  private static void enterLongMode(VcpuFd vcpu, Entry.Linux64 entry) throws LinuxException {
    Gdt.load(Sregs.of(vcpu), Gdt.CODE_64)
        .set(Control.CR0, Sregs.CR0_PE | Sregs.CR0_ET | Sregs.CR0_PG)
        .set(Control.CR3, MemoryMap.PML4)
        .set(Control.CR4, Sregs.CR4_PAE)
        .set(Control.EFER, Sregs.EFER_LME | Sregs.EFER_LMA)
        .setOn(vcpu);
    new Regs()
        .set(Register.RIP, entry.rip())
        .set(Register.RSI, MemoryMap.ZERO_PAGE)
        .set(Register.RSP, MemoryMap.STACK)
        .set(Register.RBP, MemoryMap.STACK)
        .setOn(vcpu);
  }

  private static Map<Integer, Long> msrs() {
    Map<Integer, Long> msrs = new LinkedHashMap<>();
    msrs.put(Msrs.SYSENTER_CS, 0L);
    msrs.put(Msrs.SYSENTER_ESP, 0L);
    msrs.put(Msrs.SYSENTER_EIP, 0L);
    msrs.put(Msrs.STAR, 0L);
    msrs.put(Msrs.CSTAR, 0L);
    msrs.put(Msrs.LSTAR, 0L);
    msrs.put(Msrs.KERNEL_GS_BASE, 0L);
    msrs.put(Msrs.SYSCALL_MASK, 0L);
    msrs.put(Msrs.TSC, 0L);
    msrs.put(Msrs.MISC_ENABLE, MISC_ENABLE_FAST_STRING);
    msrs.put(Msrs.MTRR_DEF_TYPE, MTRR_ENABLE_WRITE_BACK);
    return msrs;
  }
}
