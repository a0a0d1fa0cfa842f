package fcvm.bench;

import fcvm.fuse.FuseOptions;
import fcvm.vmm.BootException;
import fcvm.vmm.DeviceSpec;
import fcvm.vmm.MicroVm;
import fcvm.vmm.Nesting;
import fcvm.vmm.VmConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A guest of our own monitor.
final class MonitorGuest implements BenchGuest {
  private final MicroVm vm;
  private final CompletableFuture<String> end = new CompletableFuture<>();

  static MonitorGuest boot(GuestSpec spec, OutputStream console) throws IOException {
    try {
      return new MonitorGuest(MicroVm.boot(config(spec), console));
    } catch (BootException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /// One with a network and one more disk, and no directory.
  static MonitorGuest boot(GuestSpec spec, Path disk, DeviceSpec.Network card, OutputStream console)
      throws IOException {
    try {
      return new MonitorGuest(MicroVm.boot(config(spec, disk, card), console));
    } catch (BootException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private MonitorGuest(MicroVm vm) {
    this.vm = vm;
    Thread.startVirtualThread(this::await);
  }

  @SuppressWarnings("NullAway") // as below
  private static VmConfig config(GuestSpec spec, Path disk, DeviceSpec.Network card) {
    return new VmConfig(
        new VmConfig.BootSource(spec.files().kernel(), spec.files().initrd(), spec.commandLine()),
        new VmConfig.Machine(spec.cpus(), spec.memoryMib(), Nesting.OFF, spec.files().pci()),
        List.of(
            new DeviceSpec.Drive("rootfs", spec.files().rootfs(), false, true),
            new DeviceSpec.Drive("disk", spec.disk(), false, false),
            new DeviceSpec.Drive("more", disk, false, true)),
        List.of(card),
        List.of(),
        null,
        true);
  }

  // A compact constructor's parameters are nullable in the source only: javac forgets it.
  @SuppressWarnings("NullAway")
  private static VmConfig config(GuestSpec spec) {
    return new VmConfig(
        new VmConfig.BootSource(spec.files().kernel(), spec.files().initrd(), spec.commandLine()),
        new VmConfig.Machine(spec.cpus(), spec.memoryMib(), Nesting.OFF, spec.files().pci()),
        List.of(
            new DeviceSpec.Drive("rootfs", spec.files().rootfs(), false, true),
            new DeviceSpec.Drive("disk", spec.disk(), false, false)),
        List.of(new DeviceSpec.FileSystem(GuestSpec.TAG, spec.shared(), FuseOptions.DEFAULT)),
        null,
        true);
  }

  private void await() {
    try {
      end.complete(vm.await().text());
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts this thread", e);
    }
  }

  @Override
  public CompletableFuture<String> end() {
    return end;
  }

  @Override
  public void close() {
    vm.close();
  }
}
