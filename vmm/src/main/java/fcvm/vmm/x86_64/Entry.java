package fcvm.vmm.x86_64;

import fcvm.kvm.VcpuFd;
import fcvm.linux.LinuxException;
import fcvm.virtio.GuestMemory;
import fcvm.vmm.AddressRange;
import java.util.List;

/// How a loaded kernel is entered.
sealed interface Entry permits PvhEntry, Linux64Entry {
  /// Where its first instruction is.
  long rip();

  /// Puts into memory what the kernel reads to know its machine, and what the processor needs.
  ///
  /// @param initrd of size 0 if there is none
  void describe(AddressRange initrd, List<E820> map, GuestMemory memory);

  /// Gives the first vCPU the registers that the kernel expects.
  void enter(VcpuFd vcpu) throws LinuxException;
}
