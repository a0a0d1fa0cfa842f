package fcvm.machine;

import fcvm.agent.protocol.MachineNetwork;
import fcvm.linux.Arch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// QEMU's arguments for a machine: the least that it needs, and nothing that QEMU adds by itself.
///
/// @param parts what it boots
/// @param hasWorld whether passt is there for it
record QemuCommand(
    Arch arch,
    MachineConfig config,
    MachinePaths paths,
    MachineParts parts,
    List<Share> shares,
    boolean hasWorld) {
  /// The network by which ports of the machine are reached, in QEMU's monitor.
  static final String PORTS_NETWORK = "ports";

  // Room for translated code, in MiB: a Java runtime and two kernels do not fit in the default.
  private static final int TRANSLATION_MIB = 1024;

  /// The same for a computer that cannot run passt.
  QemuCommand withoutWorld() {
    return new QemuCommand(arch, config, paths, parts, shares, false);
  }

  List<String> arguments() {
    Board board = Board.of(arch);
    Arguments a = new Arguments();
    a.add("-name", "fcvm-" + arch + ",debug-threads=on");
    a.add("-nodefaults").add("-no-user-config").add("-no-reboot");
    a.add("-display", "none");
    a.add("-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
    a.add("-machine", board.machine() + ",memory-backend=memory");
    a.add("-cpu", board.cpu());
    a.add("-accel", "tcg,thread=multi,tb-size=" + TRANSLATION_MIB);
    a.add("-smp", Integer.toString(board.cpus(config.cpus())));
    a.add("-m", config.memoryMib() + "M");
    // Shared, because virtiofsd reads and writes it too.
    a.add("-object", "memory-backend-memfd,id=memory,share=on,size=" + config.memoryMib() + "M");
    a.add("-kernel", parts.kernel().toString()).add("-initrd", parts.initrd().toString());
    a.add("-append", board.commandLine(config));
    a.add("-chardev", "file,id=console,path=" + escaped(paths.console()));
    a.add("-serial", "chardev:console");
    a.add("-qmp", "unix:" + escaped(paths.qmp()) + ",server=on,wait=off");
    a.add("-device", "virtio-rng-pci");
    disks(a);
    shares(a);
    slots(a);
    ports(a);
    networks(a);
    return List.copyOf(a.list);
  }

  // In this order they are vda and vdb.
  private void disks(Arguments a) {
    disk(a, "rootfs", parts.rootfs(), "read-only=on");
    disk(a, "disk", paths.disk(), "discard=unmap");
  }

  private static void disk(Arguments a, String id, Path file, String option) {
    a.add("-blockdev", "file,node-name=" + id + ",filename=" + escaped(file) + "," + option);
    a.add("-device", "virtio-blk-pci,drive=" + id);
  }

  private void shares(Arguments a) {
    for (Share share : shares) {
      a.add("-chardev", "socket,id=" + share.tag() + ",path=" + escaped(share.socket()));
      a.add("-device", "vhost-user-fs-pci,chardev=" + share.tag() + ",tag=" + share.tag());
    }
  }

  private static void slots(Arguments a) {
    for (Slot slot : Slot.all()) {
      a.add("-device", slot.device());
    }
  }

  private void ports(Arguments a) {
    // Port 0 is the console's.
    a.add("-device", "virtio-serial-pci,id=serial,max_ports=" + (Ports.COUNT + 1));
    for (int i = 1; i <= Ports.COUNT; i++) {
      String id = "port" + i;
      a.add("-chardev", "socket,server=on,wait=off,id=" + id + ",path=" + escaped(paths.port(i)));
      a.add(
          "-device",
          "virtserialport,bus=serial.0,nr=%d,chardev=%s,name=fcvm.%d".formatted(i, id, i));
    }
  }

  // In this order they are eth0 and eth1.
  private void networks(Arguments a) {
    // Restricted: what the machine sends there goes nowhere, so it cannot reach the computer.
    a.add(
        "-netdev",
        "user,id=%s,restrict=on,ipv6=off,net=%s/%d,host=%s,dhcpstart=%s"
            .formatted(
                PORTS_NETWORK,
                MachineNetwork.PORTS,
                MachineNetwork.PORTS_PREFIX,
                MachineNetwork.PORTS_COMPUTER,
                MachineNetwork.PORTS_MACHINE));
    a.add("-device", "virtio-net-pci,netdev=" + PORTS_NETWORK + ",romfile=");
    if (hasWorld) {
      a.add(
          "-netdev",
          "stream,id=world,server=off,addr.type=unix,addr.path=" + escaped(paths.network()));
      a.add("-device", "virtio-net-pci,netdev=world,romfile=");
    }
  }

  // In QEMU's options a comma is written twice.
  private static String escaped(Path path) {
    return path.toString().replace(",", ",,");
  }

  private static final class Arguments {
    private final List<String> list = new ArrayList<>();

    Arguments add(String... arguments) {
      list.addAll(List.of(arguments));
      return this;
    }
  }
}
