package fcvm.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.kvm.VcpuExit.Bare;
import fcvm.kvm.x86_64.Pc;
import fcvm.linux.Errno;
import fcvm.linux.EventFd;
import fcvm.linux.LinuxException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Virtual machines on the real `/dev/kvm`.
@Timeout(60)
class VmFdTest {
  @Test
  void theSystemAnswers() throws Exception {
    try (Kvm kvm = TinyGuest.openOrSkip()) {
      assertThat(kvm.apiVersion()).isEqualTo(Kvm.API_VERSION);
      assertThat(kvm.checkExtension(Cap.USER_MEMORY)).isEqualTo(1);
      assertThat(kvm.checkExtension(Cap.IMMEDIATE_EXIT)).isEqualTo(1);
      assertThat(kvm.checkExtension(Cap.MAX_VCPUS)).isGreaterThanOrEqualTo(2);
      assertThat(kvm.vcpuMmapSize()).isGreaterThanOrEqualTo(4096);
    }
  }

  @Test
  void slotsThatOverlapOrAreNotAlignedAreRefused() throws Exception {
    try (TinyGuest guest = new TinyGuest("f4")) {
      assertThatThrownBy(() -> guest.vm.setUserMemoryRegion(1, 0, 0x8000, guest.memory.segment()))
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST))
          .hasMessage(
              "KVM_SET_USER_MEMORY_REGION of slot 1, 0x10000 bytes at 0x8000: EEXIST (file exists)");
      assertThatThrownBy(() -> guest.vm.setUserMemoryRegion(1, 0, 0x100001, guest.memory.segment()))
          .hasMessage(
              "KVM_SET_USER_MEMORY_REGION of slot 1, 0x10000 bytes at 0x100001: "
                  + "EINVAL (invalid argument)");
      guest.vm.removeUserMemoryRegion(0);
      guest.vm.setUserMemoryRegion(1, 0, 0x8000, guest.memory.segment());
    }
  }

  @Test
  void anIoeventfdTakesTheWriteThatItMatches() throws Exception {
    // mov ax,0x2000; mov ds,ax; mov dword [0x50],1; mov dword [0x50],2; mov al,3; out 0x80,al; hlt
    String code = "b8 0020 8ed8 66c706 5000 01000000 66c706 5000 02000000 b003 e680 f4";
    try (TinyGuest guest = new TinyGuest(code);
        EventFd notify = new EventFd();
        EventFd port = new EventFd()) {
      guest.vm.ioeventfd(notify, 0x20050, 4, 1);
      guest.vm.ioeventfd(IoEvent.port(0x80, 1), port);
      VcpuFd vcpu = guest.vcpu(0);
      VcpuExit exit = vcpu.run();
      assertThat(exit).isInstanceOf(VcpuExit.MmioWrite.class);
      assertThat(((VcpuExit.MmioWrite) exit).gpa()).isEqualTo(0x20050);
      assertThat(notify.drain()).isEqualTo(1);
      assertThat(vcpu.run()).isEqualTo(Bare.HALTED);
      assertThat(notify.drain()).isZero();
      assertThat(port.drain()).isEqualTo(1);
      guest.vm.removeIoeventfd(IoEvent.mmio(0x20050, 4).matching(1), notify);
      assertThatThrownBy(
              () -> guest.vm.removeIoeventfd(IoEvent.mmio(0x20050, 4).matching(1), notify))
          .hasMessageStartingWith("KVM_IOEVENTFD on kvm vm: ENOENT");
    }
  }

  @Test
  void interruptsReachTheIrqchip() throws Exception {
    try (TinyGuest guest = new TinyGuest("f4");
        EventFd interrupt = new EventFd();
        EventFd resample = new EventFd()) {
      Pc.setTssAddress(guest.vm, 0xfffb_d000L);
      Pc.setIdentityMapAddress(guest.vm, 0xfffb_c000L);
      guest.vm.createIrqchip();
      Pc.createPit2(guest.vm);
      guest.vm.irqfd(interrupt, 5);
      interrupt.signal();
      guest.vm.removeIrqfd(interrupt, 5);
      guest.vm.irqfd(interrupt, 6, resample);
      guest.vm.irqLine(4).level(true);
      guest.vm.irqLine(4).level(false);
      guest.vm.setGsiRouting(
          List.of(new GsiRoute.Pin(4, 2, 4), new GsiRoute.Msi(24, 0xfee0_0000L, 0x31)));
      assertThatThrownBy(guest.vm::createIrqchip)
          .hasMessageStartingWith("KVM_CREATE_IRQCHIP on kvm vm: EEXIST");
    }
  }

  @Test
  void anInterruptFromAnIrqfdWakesTheGuest() throws Exception {
    // vector 0x20's handler at 0x1200 says 0x42 on port 1 and halts with interrupts off.
    // 8259: icw 0x11,0x20,4,1, mask all but line 5; sti; hlt; jmp back
    String code = "b011 e620 b020 e621 b004 e621 b001 e621 b0df e621 b001 e602 fb f4 ebfd";
    try (TinyGuest guest = new TinyGuest(code);
        EventFd interrupt = new EventFd()) {
      Pc.setTssAddress(guest.vm, 0xfffb_d000L);
      guest.vm.createIrqchip();
      guest.load(0x25 * 4, "0012 0000");
      guest.load(0x1200, "b042 e601 ebfe");
      guest.vm.irqfd(interrupt, 5);
      VcpuFd vcpu = guest.vcpu(0);
      VcpuExit ready = vcpu.run();
      assertThat(ready).isInstanceOf(VcpuExit.IoOut.class);
      assertThat(((VcpuExit.IoOut) ready).port()).isEqualTo(2);
      interrupt.signal();
      VcpuExit taken = vcpu.run();
      assertThat(taken).isInstanceOf(VcpuExit.IoOut.class);
      assertThat(((VcpuExit.IoOut) taken).port()).isEqualTo(1);
    }
  }

  @Test
  void aMachineMayBeClosedBeforeItsVcpus() throws Exception {
    try (TinyGuest guest = new TinyGuest("f4")) {
      VcpuFd vcpu = guest.vcpu(0);
      guest.vm.close();
      guest.kvm.close();
      assertThat(vcpu.run()).isEqualTo(Bare.HALTED);
    }
  }

  @Test
  void aVcpuThatIsThereAlreadyIsRefused() throws Exception {
    try (TinyGuest guest = new TinyGuest("f4")) {
      guest.vcpu(0);
      assertThatThrownBy(() -> guest.vm.createVcpu(0))
          .hasMessageStartingWith("KVM_CREATE_VCPU on kvm vm: EEXIST");
    }
  }
}
