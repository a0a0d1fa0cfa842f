package fcvm.vmm;

import fcvm.kvm.Kvm;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.VmFd;
import fcvm.linux.LinuxException;

/// Gives a vCPU the registers with which the loaded kernel starts: vCPU 0 at its entry point, the
/// others waiting until the kernel wakes them (PSCI `CPU_ON`, INIT and SIPI).
@FunctionalInterface
public interface VcpuSetup {
  /// Called once for each vCPU, in order, before [Architecture#afterVcpus].
  ///
  /// @param index the vCPU's number, from 0
  void setUp(Kvm kvm, VmFd vm, VcpuFd vcpu, int index) throws LinuxException;
}
