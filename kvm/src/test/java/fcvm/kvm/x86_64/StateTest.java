package fcvm.kvm.x86_64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.kvm.Kvm;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.VmFd;
import fcvm.kvm.x86_64.Regs.Register;
import fcvm.kvm.x86_64.Sregs.Control;
import fcvm.kvm.x86_64.Sregs.Selector;
import fcvm.linux.Arch;
import fcvm.linux.LinuxException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// State of a vCPU goes in and comes out again, on the real `/dev/kvm`.
class StateTest {
  private Kvm kvm;
  private VmFd vm;
  private VcpuFd vcpu;

  @BeforeEach
  void open() throws Exception {
    assumeTrue(Arch.current() == Arch.AMD64, "x86 state");
    try {
      kvm = Kvm.open();
    } catch (LinuxException e) {
      abort("no KVM here: " + e.getMessage());
    }
    vm = kvm.createVm();
    Pc.setTssAddress(vm, 0xfffb_d000L);
    vm.createIrqchip();
    vcpu = vm.createVcpu(0);
  }

  @AfterEach
  void close() {
    if (kvm != null) {
      vcpu.close();
      vm.close();
      kvm.close();
    }
  }

  @Test
  void registers() throws Exception {
    new Regs().set(Register.RSI, 0x7000).set(Register.R15, -1).setOn(vcpu);
    Regs regs = Regs.of(vcpu);
    assertThat(regs.get(Register.RSI)).isEqualTo(0x7000);
    assertThat(regs.get(Register.R15)).isEqualTo(-1);
    assertThat(regs.get(Register.RFLAGS)).isEqualTo(Regs.RFLAGS_RESERVED);
  }

  @Test
  void systemRegisters() throws Exception {
    Segment data = new Segment(0, 0xffff_ffff, 0x18, 3, true, 0, true, true, false, true);
    Sregs.of(vcpu)
        .set(Selector.DS, data)
        .set(Control.CR0, Sregs.CR0_PE | Sregs.CR0_ET)
        .gdt(0x500, 31)
        .setOn(vcpu);
    Sregs sregs = Sregs.of(vcpu);
    assertThat(sregs.get(Selector.DS)).isEqualTo(data);
    assertThat(sregs.get(Control.CR0) & Sregs.CR0_PE).isEqualTo(Sregs.CR0_PE);
  }

  @Test
  void cpuid() throws Exception {
    CpuId supported = CpuId.supported(kvm);
    assertThat(supported.entries()).anyMatch(e -> e.function() == 0).hasSizeGreaterThan(10);
    supported.setOn(vcpu);
    assertThat(CpuId.of(vcpu).entries()).hasSameSizeAs(supported.entries());
  }

  @Test
  void msrs() throws Exception {
    CpuId.supported(kvm).setOn(vcpu);
    Msrs.set(vcpu, Map.of(Msrs.SYSENTER_EIP, 0x1234L));
    assertThat(Msrs.get(vcpu, Msrs.SYSENTER_EIP)).isEqualTo(0x1234);
    assertThatThrownBy(() -> Msrs.set(vcpu, Map.of(0x7777_7777, 1L)))
        .hasMessage("KVM_SET_MSRS of MSR 0x77777777: EINVAL (invalid argument)");
  }

  @Test
  void lapic() throws Exception {
    Lapic.of(vcpu).deliveryMode(Lapic.LVT_LINT1, Lapic.MODE_NMI).setOn(vcpu);
    assertThat(Lapic.of(vcpu).get(Lapic.LVT_LINT1) >> 8 & 7).isEqualTo(Lapic.MODE_NMI);
  }

  @Test
  void fpuAndMpState() throws Exception {
    Fpu.reset(vcpu);
    assertThat(vcpu.mpState()).isEqualTo(VcpuFd.MP_STATE_RUNNABLE);
    VcpuFd second = vm.createVcpu(1);
    assertThat(second.mpState()).isEqualTo(VcpuFd.MP_STATE_UNINITIALIZED);
    second.setMpState(VcpuFd.MP_STATE_RUNNABLE);
    assertThat(second.mpState()).isEqualTo(VcpuFd.MP_STATE_RUNNABLE);
    second.close();
  }

  @Test
  void aTableKeepsItsOrder() {
    CpuId.Entry entry = new CpuId.Entry(1, 0, 0, 1, 2, 3, 4);
    assertThat(new CpuId(List.of(entry)).entries().getFirst().with(5, 6, 7, 8))
        .isEqualTo(new CpuId.Entry(1, 0, 0, 5, 6, 7, 8));
  }
}
