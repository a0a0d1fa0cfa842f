package fcvm.vmm.aarch64;

import fcvm.kvm.Kvm;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.VmFd;
import fcvm.kvm.aarch64.OneReg;
import fcvm.kvm.aarch64.VcpuInit;
import fcvm.kvm.aarch64.VcpuInit.Feature;
import fcvm.linux.LinuxException;
import fcvm.vmm.VcpuSetup;

/// How the vCPUs of a loaded kernel start (Documentation/arch/arm64/booting.rst, section 5): the
/// first at the kernel, the others when it wakes them with PSCI `CPU_ON`. KVM_ARM_VCPU_INIT has
/// already put them at EL1 with interrupts masked.
///
/// @param kernel where the kernel is
/// @param fdt where the device tree is
record PsciBoot(long kernel, long fdt) implements VcpuSetup {
  @Override
  public void setUp(Kvm kvm, VmFd vm, VcpuFd vcpu, int index) throws LinuxException {
    VcpuInit init = VcpuInit.preferred(vm).with(Feature.PSCI_0_2);
    if (index > 0) {
      init.with(Feature.POWER_OFF).init(vcpu);
      return;
    }
    init.init(vcpu);
    OneReg.set(vcpu, OneReg.PC, kernel);
    OneReg.set(vcpu, OneReg.x(0), fdt);
  }
}
