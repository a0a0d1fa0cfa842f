package fcvm.vmm.x86_64;

import fcvm.kvm.Kvm;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.VmFd;
import fcvm.kvm.x86_64.CpuId;
import fcvm.kvm.x86_64.Fpu;
import fcvm.kvm.x86_64.Lapic;
import fcvm.kvm.x86_64.Msrs;
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
      entry.enter(vcpu);
    }
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
