package fcvm.vmm.aarch64;

import fcvm.kvm.Kvm;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.VmFd;
import fcvm.kvm.aarch64.OneReg;
import fcvm.kvm.aarch64.VcpuInit;
import fcvm.kvm.aarch64.VcpuInit.Feature;
import fcvm.linux.LinuxException;
import fcvm.vmm.Nesting;
import fcvm.vmm.VcpuSetup;

/// How the vCPUs of a loaded kernel start (Documentation/arch/arm64/booting.rst, section 5): the
/// first at the kernel, the others when it wakes them with PSCI `CPU_ON`. KVM_ARM_VCPU_INIT has
/// already put them at EL1, or at EL2 where they have one, with interrupts masked.
///
/// @param kernel where the kernel is
/// @param fdt where the device tree is
/// @param nesting whether they have an EL2
record PsciBoot(long kernel, long fdt, Nesting nesting) implements VcpuSetup {
  @Override
  public void setUp(Kvm kvm, VmFd vm, VcpuFd vcpu, int index) throws LinuxException {
    VcpuInit plain = VcpuInit.preferred(vm).with(Feature.PSCI_0_2);
    VcpuInit init = VirtualEl2.features(plain, nesting);
    (index > 0 ? init.with(Feature.POWER_OFF) : init).init(vcpu);
    if (nesting.isOn()) {
      VirtualEl2.reset(vcpu, nesting);
    }
    if (index > 0) {
      return;
    }
    OneReg.set(vcpu, OneReg.PC, kernel);
    OneReg.set(vcpu, OneReg.x(0), fdt);
  }
}
