package fcvm.agent;

import fcvm.agent.protocol.SharedDirectory;
import fcvm.linux.HostName;
import fcvm.linux.IoReason;
import fcvm.linux.LinuxException;
import fcvm.linux.Mount;
import fcvm.linux.NetDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What programs expect of a Linux system and an initrd need not have done: the kernel's file
/// systems, device links, cgroups, the loopback interface.
final class GuestSystem {
  private static final int SAFE = Mount.MS_NOSUID | Mount.MS_NODEV;
  private static final int KERNEL = SAFE | Mount.MS_NOEXEC;

  private record FileSystem(String target, String type, int flags, String options) {}

  // In the order in which they need each other.
  private static final List<FileSystem> FILE_SYSTEMS =
      List.of(
          new FileSystem("/proc", "proc", KERNEL, ""),
          new FileSystem("/sys", "sysfs", KERNEL, ""),
          new FileSystem("/dev", "devtmpfs", Mount.MS_NOSUID, "mode=755"),
          new FileSystem(
              "/dev/pts",
              "devpts",
              Mount.MS_NOSUID | Mount.MS_NOEXEC,
              "gid=5,mode=620,ptmxmode=666"),
          new FileSystem("/dev/shm", "tmpfs", SAFE, "mode=1777"),
          new FileSystem("/dev/mqueue", "mqueue", KERNEL, ""),
          new FileSystem("/run", "tmpfs", SAFE, "mode=755"),
          new FileSystem("/tmp", "tmpfs", SAFE, "mode=1777"),
          new FileSystem("/sys/fs/cgroup", "cgroup2", KERNEL, ""));

  private static final Path CGROUP = Path.of("/sys/fs/cgroup");

  private final Console console;

  GuestSystem(Console console) {
    this.console = console;
  }

  /// Mounts what is missing. What fails is said on the console: a container may do without it.
  void mount() throws IOException {
    Set<String> mounted = new HashSet<>();
    for (MountPoint point : MountPoint.all()) {
      mounted.add(point.target());
    }
    for (FileSystem system : FILE_SYSTEMS) {
      if (!mounted.contains(system.target())) {
        mount(system);
      }
    }
    link("/dev/fd", "/proc/self/fd");
    link("/dev/stdin", "/proc/self/fd/0");
    link("/dev/stdout", "/proc/self/fd/1");
    link("/dev/stderr", "/proc/self/fd/2");
    enableControllers();
    try {
      NetDevice.LOOPBACK.up();
    } catch (LinuxException e) {
      console.error(String.valueOf(e.getMessage()));
    }
  }

  private void mount(FileSystem system) {
    try {
      // Not createDirectories, which takes a failing parent for a missing one.
      if (!Files.isDirectory(Path.of(system.target()))) {
        Files.createDirectory(Path.of(system.target()));
      }
      Mount.mount(system.type(), system.target(), system.type(), system.flags(), system.options());
    } catch (IOException e) {
      console.error("mounting " + system.target() + ": " + e.getMessage());
    }
  }

  private void link(String path, String target) throws IOException {
    Path link = Path.of(path);
    if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
      Files.createSymbolicLink(link, Path.of(target));
    }
  }

  // One by one: a controller that cannot be enabled must not take the others with it.
  private void enableControllers() {
    try {
      String controllers = Files.readString(CGROUP.resolve("cgroup.controllers")).trim();
      for (String controller : controllers.split(" ", -1)) {
        enable(controller);
      }
    } catch (IOException e) {
      console.error("reading the cgroup controllers: " + e.getMessage());
    }
  }

  private void enable(String controller) {
    try {
      Files.writeString(CGROUP.resolve("cgroup.subtree_control"), "+" + controller);
    } catch (IOException e) {
      console.debug("cgroup controller " + controller + ": " + e.getMessage());
    }
  }

  /// Mounts a file system of the host.
  void mount(SharedDirectory shared) throws IOException {
    Path directory = Path.of(shared.directory());
    Files.createDirectories(directory);
    int flags = shared.isReadOnly() ? Mount.MS_RDONLY : 0;
    Mount.mount(shared.tag(), shared.directory(), "virtiofs", flags, "");
    try {
      ReadAhead.raise(directory);
    } catch (IOException e) {
      // It is slower to read, and that is all.
      console.error("reading ahead in " + directory + ": " + IoReason.of(e));
    }
  }

  /// Names the system.
  void hostName(String name) {
    try {
      if (!name.isEmpty()) {
        HostName.set(name);
      }
    } catch (LinuxException e) {
      console.error(String.valueOf(e.getMessage()));
    }
  }
}
