package fcvm.container;

import fcvm.vmm.BootException;
import fcvm.vmm.MicroVm;
import fcvm.vmm.VmConfig;
import fcvm.vmm.VmExit;
import java.io.IOException;
import java.io.OutputStream;

/// The part of a microVM that a run needs; the tests of a run put a guest of their own here.
interface Guest extends AutoCloseable {
  /// Waits until it has ended.
  VmExit await() throws InterruptedException;

  /// Ends it now.
  void stop();

  @Override
  void close();

  /// Makes a guest run.
  @FunctionalInterface
  interface Boot {
    /// Real ones, on KVM.
    Boot ON_KVM =
        (config, serial) -> {
          MicroVm vm = MicroVm.boot(config, serial);
          return new Guest() {
            @Override
            public VmExit await() throws InterruptedException {
              return vm.await();
            }

            @Override
            public void stop() {
              vm.stop();
            }

            @Override
            public void close() {
              vm.close();
            }
          };
        };

    /// Boots one.
    Guest boot(VmConfig config, OutputStream serial) throws IOException, BootException;
  }
}
