package fcvm.vmm;

import fcvm.kvm.VcpuFd;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The end of a microVM: whoever ends it first says how. Any thread may use it.
final class VmEnd implements PowerSwitch {
  private final List<VcpuFd> vcpus;
  private final AtomicReference<@Nullable VmExit> exit = new AtomicReference<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  /// @param vcpus to be kicked, so that they notice
  VmEnd(List<VcpuFd> vcpus) {
    this.vcpus = List.copyOf(vcpus);
  }

  /// Ends the microVM, unless it has ended already.
  void end(VmExit how) {
    if (exit.compareAndSet(null, how)) {
      ended.countDown();
      vcpus.forEach(VcpuFd::kick);
    }
  }

  @Override
  public void powerOff() {
    end(new VmExit.PowerOff());
  }

  @Override
  public void reboot() {
    end(new VmExit.Reboot());
  }

  boolean reached() {
    return exit.get() != null;
  }

  /// Waits for the end.
  VmExit await() throws InterruptedException {
    ended.await();
    VmExit how = exit.get();
    if (how == null) {
      throw new AssertionError("ended without saying how");
    }
    return how;
  }
}
