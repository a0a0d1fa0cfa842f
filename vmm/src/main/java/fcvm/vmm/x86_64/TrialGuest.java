package fcvm.vmm.x86_64;

import fcvm.kvm.Kvm;
import fcvm.kvm.VcpuExit;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.VmFd;
import fcvm.kvm.x86_64.CpuId;
import fcvm.kvm.x86_64.Regs;
import fcvm.kvm.x86_64.Regs.Register;
import fcvm.kvm.x86_64.Sregs;
import fcvm.kvm.x86_64.Sregs.Control;
import fcvm.linux.LinuxException;
import fcvm.linux.Mapping;
import fcvm.virtio.GuestMemory;
import fcvm.vmm.Trial;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Optional;

/// A sum in 64-bit mode with paging, by an SSE2 instruction, and its result on a port.
///
/// Linux refuses a processor without SSE2, so all that can run it have that. But KVM's instruction
/// emulator does not know it: a software KVM, which emulates whatever a guest does in kernel mode,
/// fails here as it fails on a kernel, only sooner.
final class TrialGuest {
  private static final long CODE = 0x1000;
  private static final long SIZE = 0x10000;
  private static final int PORT = 0x80;
  private static final byte SUM = 42;

  private static final String ADD_AND_OUT =
      "b815000000" // mov eax, 21
          + "660f6ec0" // movd xmm0, eax
          + "660ffec0" // paddd xmm0, xmm0
          + "660f7ec0" // movd eax, xmm0
          + "e680"; // out 0x80, al

  private TrialGuest() {}

  static Optional<String> run(Kvm kvm) throws LinuxException {
    try (Mapping mapping = Mapping.anonymous(SIZE);
        VmFd vm = kvm.createVm()) {
      GuestMemory memory = GuestMemory.of(mapping.segment());
      PageTables.write(memory);
      memory.setBytes(CODE, HexFormat.of().parseHex(ADD_AND_OUT));
      vm.setUserMemoryRegion(0, 0, 0, mapping.segment());
      try (VcpuFd vcpu = vm.createVcpu(0)) {
        // Linux 7 refuses long mode to a processor whose CPUID does not have it.
        CpuId.supported(kvm).setOn(vcpu);
        Linux64Entry.longMode(Sregs.of(vcpu))
            .set(Control.CR4, Sregs.CR4_PAE | Sregs.CR4_OSFXSR)
            .setOn(vcpu);
        new Regs().set(Register.RIP, CODE).setOn(vcpu);
        return judge(Trial.run(vcpu));
      }
    }
  }

  private static Optional<String> judge(VcpuExit exit) {
    return exit instanceof VcpuExit.IoOut out
            && out.port() == PORT
            && out.data().get(ValueLayout.JAVA_BYTE, 0) == SUM
        ? Optional.empty()
        : Optional.of(Trial.failure(exit));
  }
}
