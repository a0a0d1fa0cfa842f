package fcvm.vmm.x86_64;

import fcvm.kvm.VcpuFd;
import fcvm.kvm.x86_64.Regs;
import fcvm.kvm.x86_64.Regs.Register;
import fcvm.kvm.x86_64.Sregs;
import fcvm.kvm.x86_64.Sregs.Control;
import fcvm.linux.LinuxException;
import fcvm.virtio.GuestMemory;
import fcvm.vmm.AddressRange;
import java.util.List;

/// By Xen's PVH: 32-bit protected mode without paging, `ebx` pointing to `hvm_start_info`. Source:
/// `docs/misc/pvh.pandoc` of Xen.
record PvhEntry(long rip) implements Entry {
  @Override
  public void describe(AddressRange initrd, List<E820> map, GuestMemory memory) {
    Gdt.write(memory, Gdt.CODE_32);
    StartInfo.write(
        memory, MemoryMap.CMDLINE, initrd.gpa(), initrd.size(), MemoryMap.ACPI.gpa(), map);
  }

  @Override
  public void enter(VcpuFd vcpu) throws LinuxException {
    Gdt.load(Sregs.of(vcpu), Gdt.CODE_32)
        .set(Control.CR0, Sregs.CR0_PE | Sregs.CR0_ET)
        .set(Control.CR4, 0)
        .set(Control.EFER, 0)
        .setOn(vcpu);
    new Regs().set(Register.RIP, rip).set(Register.RBX, MemoryMap.START_INFO).setOn(vcpu);
  }
}
