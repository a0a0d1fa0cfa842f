package fcvm.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.kvm.Kvm;
import fcvm.kvm.VcpuExit;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.VmFd;
import fcvm.kvm.x86_64.Regs;
import fcvm.kvm.x86_64.Regs.Register;
import fcvm.kvm.x86_64.Segment;
import fcvm.kvm.x86_64.Sregs;
import fcvm.kvm.x86_64.Sregs.Selector;
import fcvm.linux.Arch;
import fcvm.linux.LinuxException;
import fcvm.linux.Mapping;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TrialTest {
  private static final byte[] JUMP_TO_ITSELF = {(byte) 0xeb, (byte) 0xfe};
  private static final byte[] OUT = {(byte) 0xe6, (byte) 0x80};

  private static VcpuExit run(byte[] code, Duration patience) throws LinuxException {
    assumeTrue(Arch.current() == Arch.AMD64, "x86 code");
    try (Kvm kvm = openOrSkip();
        Mapping memory = Mapping.anonymous(0x1000);
        VmFd vm = kvm.createVm()) {
      memory.segment().copyFrom(MemorySegment.ofArray(code));
      vm.setUserMemoryRegion(0, 0, 0, memory.segment());
      try (VcpuFd vcpu = vm.createVcpu(0)) {
        Segment realMode = new Segment(0, 0xffff, 0, 11, true, 0, false, true, false, false);
        Sregs sregs = Sregs.of(vcpu);
        sregs.set(Selector.CS, realMode).setOn(vcpu);
        new Regs().set(Register.RIP, 0).setOn(vcpu);
        VcpuExit exit = Trial.run(vcpu, patience);
        if (exit instanceof VcpuExit.IoOut(int port, int size, var data)) {
          assertThat(port).isEqualTo(0x80);
          assertThat(size).isEqualTo(1);
          assertThat(data.get(ValueLayout.JAVA_BYTE, 0)).isZero();
        }
        return exit;
      }
    }
  }

  private static Kvm openOrSkip() {
    try {
      return Kvm.open();
    } catch (LinuxException e) {
      return abort("no KVM here: " + e.getMessage());
    }
  }

  @Test
  @Timeout(60)
  void aGuestThatNeverLeavesIsStopped() throws LinuxException {
    assertThat(run(JUMP_TO_ITSELF, Duration.ofMillis(50))).isEqualTo(VcpuExit.Bare.INTERRUPTED);
  }

  @Test
  @Timeout(60)
  void aGuestThatLeavesIsNotWaitedFor() throws LinuxException {
    assertThat(run(OUT, Duration.ofHours(1))).isInstanceOf(VcpuExit.IoOut.class);
  }

  @Test
  void failuresAreWordsForPeople() {
    assertThat(Trial.failure(new VcpuExit.KvmInternalError(1, List.of())))
        .isEqualTo("a guest of a few instructions failed: KVM cannot emulate an instruction");
    assertThat(Trial.failure(VcpuExit.Bare.SHUTDOWN)).endsWith("failed: a triple fault");
    assertThat(Trial.failure(VcpuExit.Bare.INTERRUPTED)).endsWith("it had to be stopped");
    assertThat(Trial.failure(new VcpuExit.FailEntry(7, 0))).contains("FailEntry");
  }
}
