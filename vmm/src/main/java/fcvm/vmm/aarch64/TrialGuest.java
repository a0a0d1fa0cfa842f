package fcvm.vmm.aarch64;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import fcvm.kvm.Kvm;
import fcvm.kvm.VcpuExit;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.VmFd;
import fcvm.kvm.aarch64.OneReg;
import fcvm.kvm.aarch64.VcpuInit;
import fcvm.kvm.aarch64.VcpuInit.Feature;
import fcvm.kvm.aarch64.VgicV3;
import fcvm.linux.LinuxException;
import fcvm.linux.Mapping;
import fcvm.vmm.Trial;
import java.util.Optional;

/// A sum at EL1, stored where the serial port will be. And KVM must be able to make the interrupt
/// controller that [Aarch64] gives its guests.
final class TrialGuest {
  private static final long SIZE = 0x10000; // whole pages, whatever their size
  private static final int WORD = 0x5a17;

  private static final int ADD_X0_X0_1 = 0x91000400;
  private static final int STR_W0_X1 = 0xb9000020;

  private TrialGuest() {}

  static Optional<String> run(Kvm kvm) throws LinuxException {
    try (Mapping mapping = Mapping.anonymous(SIZE);
        VmFd vm = kvm.createVm()) {
      if (!VgicV3.isSupported(vm)) {
        return Optional.of("it has no GICv3 for guests, because the computer's own is older");
      }
      mapping.segment().set(JAVA_INT_UNALIGNED, 0, ADD_X0_X0_1);
      mapping.segment().set(JAVA_INT_UNALIGNED, Integer.BYTES, STR_W0_X1);
      vm.setUserMemoryRegion(0, 0, Aarch64.DRAM, mapping.segment());
      try (VcpuFd vcpu = vm.createVcpu(0)) {
        VcpuInit.preferred(vm).with(Feature.PSCI_0_2).init(vcpu);
        OneReg.set(vcpu, OneReg.PC, Aarch64.DRAM);
        OneReg.set(vcpu, OneReg.x(0), WORD - 1);
        OneReg.set(vcpu, OneReg.x(1), Aarch64.UART);
        return judge(Trial.run(vcpu));
      }
    }
  }

  private static Optional<String> judge(VcpuExit exit) {
    return exit instanceof VcpuExit.MmioWrite write
            && write.gpa() == Aarch64.UART
            && write.data().get(JAVA_INT_UNALIGNED, 0) == WORD
        ? Optional.empty()
        : Optional.of(Trial.failure(exit));
  }
}
