package fcvm.vmm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A microVM to boot: what Firecracker's configuration file says, as values.
///
/// @param bootSource kernel, initrd and command line
/// @param machine how much of a machine
/// @param drives block devices; `/dev/vda` and on in this order, the root drive first
/// @param networks network cards; `eth0` and on in this order
/// @param fileSystems directories of the host; tags differ
/// @param vsock a socket device, if any
/// @param entropy whether there is an entropy device
public record VmConfig(
    BootSource bootSource,
    Machine machine,
    List<DeviceSpec.Drive> drives,
    List<DeviceSpec.Network> networks,
    List<DeviceSpec.FileSystem> fileSystems,
    DeviceSpec.@Nullable Vsock vsock,
    boolean entropy) {

  /// One without a network.
  public VmConfig(
      BootSource bootSource,
      Machine machine,
      List<DeviceSpec.Drive> drives,
      List<DeviceSpec.FileSystem> fileSystems,
      DeviceSpec.@Nullable Vsock vsock,
      boolean entropy) {
    this(bootSource, machine, drives, List.of(), fileSystems, vsock, entropy);
  }

  public VmConfig {
    List<DeviceSpec.Drive> rootFirst = new ArrayList<>(drives);
    rootFirst.sort((a, b) -> Boolean.compare(b.rootDevice(), a.rootDevice()));
    drives = List.copyOf(rootFirst);
    networks = List.copyOf(networks);
    fileSystems = List.copyOf(fileSystems);
  }

  /// What to boot.
  ///
  /// @param kernel arm64 `Image`, or on x86_64 ELF `vmlinux` or `bzImage`
  /// @param initrd initial RAM disk, if any
  /// @param bootArgs the kernel's command line, without what drives add to it
  public record BootSource(Path kernel, @Nullable Path initrd, String bootArgs) {
    /// The command line where none is given: messages on the serial port, and a reboot instead of a
    /// halt when the kernel panics.
    public static final String DEFAULT_BOOT_ARGS = "console=ttyS0 reboot=k panic=1";
  }

  /// How much of a machine.
  ///
  /// @param vcpus 1 to [#MAX_VCPUS]
  /// @param memMib memory in MiB, 1 or more
  /// @param nesting whether and how the guest can be a hypervisor
  /// @param pci whether virtio devices are on PCI, otherwise on mmio
  public record Machine(int vcpus, int memMib, Nesting nesting, boolean pci) {
    /// The most vCPUs that a microVM may have.
    public static final int MAX_VCPUS = 32;

    /// Firecracker's own default: 1 vCPU, 128 MiB.
    public static final Machine DEFAULT = new Machine(1, 128, Nesting.OFF, false);

    public Machine {
      if (vcpus < 1 || vcpus > MAX_VCPUS) {
        throw new IllegalArgumentException("vCPUs: 1 to " + MAX_VCPUS + ", not " + vcpus);
      }
      if (memMib < 1) {
        throw new IllegalArgumentException("memory: 1 MiB or more, not " + memMib);
      }
    }
  }

  /// The same machine with a guest that can, or cannot, be a hypervisor.
  public VmConfig with(Nesting nesting) {
    return with(new Machine(machine.vcpus, machine.memMib, nesting, machine.pci));
  }

  /// The same machine with its devices on PCI.
  public VmConfig withPci() {
    return with(new Machine(machine.vcpus, machine.memMib, machine.nesting, true));
  }

  private VmConfig with(Machine other) {
    return new VmConfig(bootSource, other, drives, networks, fileSystems, vsock, entropy);
  }

  /// All virtio devices, in the order in which the guest finds them.
  public List<DeviceSpec> devices() {
    List<DeviceSpec> devices = new ArrayList<>(drives);
    devices.addAll(networks);
    devices.addAll(fileSystems);
    if (vsock != null) {
      devices.add(vsock);
    }
    if (entropy) {
      devices.add(new DeviceSpec.Entropy());
    }
    return devices;
  }

  /// The kernel's whole command line: a root drive adds `root=/dev/vda` with `ro` or `rw`, before
  /// the arguments to init that follow ` -- `, unless there is a `root=` already.
  public String cmdline() {
    String args = bootSource.bootArgs();
    if (drives.isEmpty() || !drives.getFirst().rootDevice() || args.matches("(.* )?root=.*")) {
      return args;
    }
    String root = " root=/dev/vda " + (drives.getFirst().readOnly() ? "ro" : "rw");
    int init = (args + " ").indexOf(" -- ");
    return init < 0 ? args + root : args.substring(0, init) + root + args.substring(init);
  }
}
