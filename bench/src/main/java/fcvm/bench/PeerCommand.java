package fcvm.bench;

import fcvm.linux.Arch;
import fcvm.vmm.DeviceSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The arguments of QEMU and virtiofsd for a guest like ours: the same kernel, disks, memory and
/// processors. Devices are on PCI, where QEMU's are at their best; virtiofsd is left as it comes,
/// which trusts attributes and names for a second, as our server does.
///
/// On x86, guests notify devices through ports. To emulate an access to memory, KVM looks at
/// EXITINTINFO without asking whether it is valid, and an emulated processor leaves an old
/// exception there; our monitor repeats what fails for that, QEMU gives up. For the same reason no
/// HPET.
///
/// @param socket where the two meet
record PeerCommand(Arch arch, GuestSpec spec, Path socket) {
  static final String VIRTIOFSD = "virtiofsd";

  /// QEMU's program.
  String qemu() {
    return qemu(arch);
  }

  static String qemu(Arch arch) {
    return "qemu-system-" + arch.kernelName();
  }

  List<String> virtiofsdArguments() {
    return List.of(
        "--socket-path=" + socket,
        "--shared-dir=" + spec.shared(),
        "--sandbox=none",
        "--cache=auto",
        "--log-level=error");
  }

  List<String> qemuArguments() {
    List<String> a = computer();
    a.addAll(List.of("-chardev", "socket,id=fs,path=" + escaped(socket)));
    // The queue size that virtiofsd's manual gives.
    device(a, "vhost-user-fs-pci,chardev=fs,queue-size=1024,tag=" + GuestSpec.TAG);
    return List.copyOf(a);
  }

  /// For a guest with a network and one more disk, and no directory.
  List<String> networkArguments(Path disk, String netdev, DeviceSpec.Network card) {
    List<String> a = computer();
    disk(a, "more", disk, "read-only=on");
    a.addAll(List.of("-netdev", netdev));
    device(a, "virtio-net-pci,netdev=net,romfile=,host_mtu=" + card.mtu());
    return List.copyOf(a);
  }

  private List<String> computer() {
    String memory = spec.memoryMib() + "M";
    List<String> a = new ArrayList<>();
    a.addAll(List.of("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"));
    a.addAll(List.of("-machine", machine() + ",memory-backend=memory"));
    a.addAll(List.of("-accel", "kvm", "-cpu", "host", "-smp", Integer.toString(spec.cpus())));
    a.addAll(List.of("-m", memory));
    // Shared, because virtiofsd reads and writes it too.
    a.addAll(List.of("-object", "memory-backend-memfd,id=memory,share=on,size=" + memory));
    a.addAll(List.of("-kernel", spec.files().kernel().toString()));
    a.addAll(List.of("-initrd", spec.files().initrd().toString()));
    a.addAll(List.of("-append", spec.commandLine() + consoleArgument()));
    a.addAll(List.of("-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"));
    device(a, "virtio-rng-pci");
    disk(a, "rootfs", spec.files().rootfs(), "read-only=on");
    disk(a, "disk", spec.disk(), "discard=unmap");
    return a;
  }

  private String machine() {
    return switch (arch) {
      case AMD64 -> "q35,smm=off,vmport=off,sata=off,smbus=off,hpet=off";
      case ARM64 -> "virt,gic-version=host";
    };
  }

  private String consoleArgument() {
    return switch (arch) {
      case AMD64 -> ""; // the same serial port as our monitor's
      case ARM64 -> " console=ttyAMA0";
    };
  }

  private void disk(List<String> a, String id, Path file, String option) {
    String blockdev = "file,node-name=" + id + ",filename=" + escaped(file) + "," + option;
    a.addAll(List.of("-blockdev", blockdev));
    device(a, "virtio-blk-pci,drive=" + id);
  }

  private void device(List<String> a, String device) {
    a.addAll(List.of("-device", arch == Arch.AMD64 ? device + ",modern-pio-notify=on" : device));
  }

  // In QEMU's options a comma is written twice.
  static String escaped(Path path) {
    return path.toString().replace(",", ",,");
  }
}
