package fcvm.kvm;

import fcvm.linux.LinuxException;
import java.lang.foreign.MemorySegment;

/// An input of the interrupt controller inside KVM, which is driven often: KVM_IRQ_LINE, with its
/// two structures made beforehand. Any thread.
public final class IrqInput {
  private final VmFd vm;
  private final Ioctl request;
  private final MemorySegment low;
  private final MemorySegment high;

  IrqInput(VmFd vm, Ioctl request, MemorySegment low, MemorySegment high) {
    this.vm = vm;
    this.request = request;
    this.low = low;
    this.high = high;
  }

  /// Raises or lowers the line.
  public void level(boolean isHigh) throws LinuxException {
    vm.ioctl(request, isHigh ? high : low);
  }
}
