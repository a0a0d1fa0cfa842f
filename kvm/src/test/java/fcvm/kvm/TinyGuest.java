package fcvm.kvm;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.kvm.x86_64.Regs;
import fcvm.kvm.x86_64.Regs.Register;
import fcvm.kvm.x86_64.Segment;
import fcvm.kvm.x86_64.Sregs;
import fcvm.kvm.x86_64.Sregs.Selector;
import fcvm.linux.Arch;
import fcvm.linux.LinuxException;
import fcvm.linux.Mapping;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// A few instructions of x86 real mode at address 0x1000, in 64 KiB of memory at 0. Software KVMs
/// run it too, so these tests need no more than a `/dev/kvm` that opens.
final class TinyGuest implements AutoCloseable {
  static final long CODE = 0x1000;
  static final long SIZE = 0x10000;

  final Kvm kvm;
  final VmFd vm;
  final Mapping memory;
  private final List<VcpuFd> vcpus = new ArrayList<>();

  TinyGuest(String code) throws LinuxException {
    this.kvm = openOrSkip();
    this.vm = kvm.createVm();
    this.memory = Mapping.anonymous(SIZE);
    load(CODE, code);
    vm.setUserMemoryRegion(0, 0, 0, memory.segment());
  }

  /// Skips the test where there is no usable x86 KVM.
  static Kvm openOrSkip() {
    assumeTrue(Arch.current() == Arch.AMD64, "the tiny guests are x86 code");
    try {
      return Kvm.open();
    } catch (LinuxException e) {
      return abort("no KVM here: " + e.getMessage());
    }
  }

  void load(long gpa, String code) {
    byte[] bytes = HexFormat.of().parseHex(code.replace(" ", ""));
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory.segment(), gpa, bytes.length);
  }

  /// A vCPU in real mode at CODE.
  VcpuFd vcpu(int id) throws LinuxException {
    VcpuFd vcpu = vm.createVcpu(id);
    vcpus.add(vcpu);
    Segment flat = new Segment(0, 0xffff, 0, 3, true, 0, false, true, false, false);
    Segment code = new Segment(0, 0xffff, 0, 11, true, 0, false, true, false, false);
    Sregs sregs = Sregs.of(vcpu);
    sregs.set(Selector.CS, code).set(Selector.DS, flat).set(Selector.ES, flat);
    sregs.set(Selector.SS, flat);
    sregs.setOn(vcpu);
    new Regs().set(Register.RIP, CODE).setOn(vcpu);
    return vcpu;
  }

  @Override
  public void close() {
    vcpus.forEach(VcpuFd::close);
    vm.close();
    kvm.close();
    memory.close();
  }
}
