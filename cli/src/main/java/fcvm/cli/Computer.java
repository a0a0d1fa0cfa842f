package fcvm.cli;

import fcvm.container.MemorySize;
import fcvm.linux.Arch;
import fcvm.linux.IoReason;
import fcvm.machine.MachineStatus;
import fcvm.provision.Dirs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The computer, as far as `doctor` looks at it.
final class Computer {
  private static final long MIB = 1 << 20;
  private static final long DISK_MIB = 4096; // what setup makes takes about two gigabytes
  private static final long MACHINE_MIB = 3072; // Java, Podman and one microVM in it
  private static final int LONGEST_SOCKET_PATH = 107; // sockaddr_un(7), without its NUL
  private static final int BELOW_RUNTIME = 60; // the longest path of a socket below it

  // What setup runs, and the package that has it (see fcvm.provision).
  private static final Map<String, Path> SETUP_TOOLS =
      Map.of(
          "apt", Path.of("/usr/bin/apt-get"),
          "dpkg", Path.of("/usr/bin/dpkg-deb"),
          "debian-archive-keyring", Path.of("/usr/share/keyrings/debian-archive-keyring.gpg"));

  private final Invocation invocation;

  Computer(Invocation invocation) {
    this.invocation = invocation;
  }

  Probe processor() {
    String virtualization =
        switch (Arch.current()) {
          case AMD64 ->
              flags("vmx") ? ", Intel VT-x" : flags("svm") ? ", AMD-V" : ", neither vmx nor svm";
          case ARM64 -> "";
        };
    return Probe.good(
        "processor",
        Arch.current().kernelName()
            + virtualization
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " CPUs, Linux "
            + System.getProperty("os.version"));
  }

  private static boolean flags(String flag) {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .filter(line -> List.of(line.split("\\s+")).contains(flag))
          .isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  Probe runtime() {
    String java = "Java " + Runtime.version();
    Module linux = Arch.class.getModule();
    if (!linux.isNativeAccessEnabled()) {
      return Probe.bad(
          "runtime",
          java + ", without native access for fcvm.linux",
          "start fcvm by its launcher, bin/fcvm");
    }
    return Probe.good("runtime", java + ", native access for fcvm.linux");
  }

  /// @return whether they are there: without them there is no machine to look at
  boolean directories(List<Probe> probes) {
    Dirs dirs;
    try {
      dirs = invocation.dirs();
    } catch (IOException e) {
      probes.add(Probe.bad("directories", IoReason.of(e), "")); // it has the remedy
      return false;
    }
    probes.add(disk("data directory", dirs.data(), "FCVM_DATA_DIR", invocation.isInMachine()));
    probes.add(disk("state directory", dirs.state(), "FCVM_STATE_DIR", false));
    int longest = dirs.runtime().toString().length() + BELOW_RUNTIME;
    probes.add(
        longest <= LONGEST_SOCKET_PATH
            ? Probe.good("runtime directory", dirs.runtime().toString())
            : Probe.bad(
                "runtime directory",
                dirs.runtime() + " is too long for the path of a socket",
                "set XDG_RUNTIME_DIR to a shorter one"));
    return true;
  }

  private static Probe disk(String name, Path directory, String variable, boolean readOnly) {
    try {
      long free = Files.getFileStore(directory).getUsableSpace() / MIB;
      String cause = directory + ", " + free + " MiB free, " + Files.getFileStore(directory).type();
      if (!readOnly && !Files.isWritable(directory)) {
        return Probe.bad(
            name, directory + " cannot be written", "set " + variable + " to one that can");
      }
      return readOnly || free >= DISK_MIB
          ? Probe.good(name, cause)
          : Probe.warning(name, cause, "setup and disks of VMs want " + DISK_MIB + " MiB");
    } catch (IOException e) {
      return Probe.bad(name, IoReason.of(e), "set " + variable + " to another one");
    }
  }

  void setupTools(List<Probe> probes) {
    if (invocation.isInMachine()) {
      return; // everything was set up outside
    }
    List<String> missing =
        SETUP_TOOLS.entrySet().stream()
            .filter(tool -> !Files.isReadable(tool.getValue()))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    probes.add(
        missing.isEmpty()
            ? Probe.good("setup tools", "apt, dpkg and Debian's keys are here")
            : Probe.warning(
                "setup tools",
                "missing: " + String.join(", ", missing) + "; only what is set up already can run",
                "sudo apt-get install " + String.join(" ", missing)));
  }

  Probe memory() {
    long mib = availableMib();
    return mib >= MemorySize.MINIMUM_MIB
        ? Probe.good("memory", mib + " MiB available")
        : Probe.bad("memory", mib + " MiB available: too little for a VM", "end something else");
  }

  Probe memoryForMachine() {
    long mib = availableMib();
    return mib >= MACHINE_MIB
        ? Probe.good("memory", mib + " MiB available")
        : Probe.warning(
            "memory",
            mib + " MiB available",
            "the emulated machine wants " + MACHINE_MIB + " MiB, besides what it has already");
  }

  // MemAvailable of /proc/meminfo (proc_meminfo(5)), in kB.
  private static long availableMib() {
    try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  Probe machine(Arch arch) {
    String name = "emulated " + arch + " machine";
    try {
      return switch (new Machines(invocation).of(arch).status()) {
        case MachineStatus.Absent _ -> Probe.good(name, "not made yet: the first run makes it");
        case MachineStatus.Stopped _ -> Probe.good(name, "stopped: the next run starts it");
        case MachineStatus.Running running ->
            Probe.good(name, "running (process " + running.pid() + ")");
        case MachineStatus.Crashed crashed ->
            Probe.warning(name, "crashed: " + crashed.reason(), "the next run starts it again");
      };
    } catch (IOException e) {
      return Probe.bad(name, String.valueOf(e.getMessage()), "fcvm machine rm --arch " + arch);
    }
  }
}
