package fcvm.bench;

import fcvm.agent.bench.Measurement;
import fcvm.agent.bench.NetworkMeasurement;
import fcvm.agent.bench.NetworkRow;
import fcvm.agent.protocol.GuestNetwork;
import fcvm.container.ContainerException;
import fcvm.container.KernelArguments;
import fcvm.container.RunOptions;
import fcvm.container.net.NetworkMode;
import fcvm.container.net.NetworkOptions;
import fcvm.container.net.VmNetwork;
import fcvm.linux.Arch;
import fcvm.linux.IoReason;
import fcvm.provision.Dirs;
import fcvm.provision.Progress;
import fcvm.provision.SparseFile;
import fcvm.vmm.DeviceSpec;
import fcvm.vmm.DeviceSpec.Network.Link;
import fcvm.vmm.Nesting;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// iperf3 and round trips through four networks: see [NetworkSubject]. Guests run one after the
/// other. Needs root, for the taps.
///
/// [#run] is called once, on a thread that may be interrupted.
public final class NetworksBench {
  /// How long a guest may take: an emulated, busy computer's boot, and its measurements.
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(6);

  private static final Duration NAP = Duration.ofMillis(100);
  private static final String VM = "bench";

  private final NetworkTimes times;
  private final NetworkPrograms programs;
  private final Dirs dirs;
  private final Progress progress;
  private final Consumer<String> warnings;
  private final Consumer<String> lines;
  private final NetworkReport report;

  /// @param times how long, and how often
  /// @param warnings told of what could not be measured, and why
  /// @param lines takes what the guests print on their consoles
  public NetworksBench(
      NetworkTimes times,
      NetworkPrograms programs,
      Dirs dirs,
      Progress progress,
      Consumer<String> warnings,
      Consumer<String> lines) {
    this.times = times;
    this.programs = programs;
    this.dirs = dirs;
    this.progress = progress;
    this.warnings = warnings;
    this.lines = lines;
    this.report = new NetworkReport(times.passes());
  }

  /// Measures. What fails is left out of the report.
  public NetworkReport run() throws IOException, InterruptedException {
    try (BenchDirectory directory = new BenchDirectory(dirs.state().resolve("bench"));
        NetworkServer server = new NetworkServer(programs.iperf())) {
      for (int pass = 1; pass <= times.passes(); pass++) {
        for (NetworkSubject subject : NetworkSubject.values()) {
          directory.clear();
          String what =
              "measuring %s, pass %d of %d".formatted(subject.title(), pass, times.passes());
          try (Progress.Step step = progress.begin(what)) {
            measure(subject, server, directory.path());
            step.done();
          } catch (IOException | ContainerException e) {
            warnings.accept(subject.title() + ": " + e.getMessage());
          }
        }
      }
    }
    return report;
  }

  private void measure(NetworkSubject subject, NetworkServer server, Path directory)
      throws IOException, ContainerException, InterruptedException {
    NetworkOptions options = NetworkOptions.of(subject.mode());
    Map<NetworkRow, Double> measured = new EnumMap<>(NetworkRow.class);
    try (VmNetwork network = VmNetwork.open(options, VM, programs.passt())) {
      GuestSpec spec = spec(subject, network.guest(), server, directory);
      Console console =
          new Console(line -> {
            lines.accept(line);
            NetworkMeasurement.parse(line)
                .ifPresent(one -> measured.putIfAbsent(one.row(), one.value()));
            if (line.startsWith(Measurement.FAILED)) {
              warnings.accept(subject.title() + ": " + line);
            }
          });
      String end;
      try (BenchGuest guest = boot(subject, spec, network, console)) {
        end = await(guest);
      } catch (IOException e) {
        end = IoReason.of(e);
      }
      if (measured.size() < NetworkRow.values().length) {
        warnings.accept(
            "%s: the guest did not do all its work: %s; its last words: '%s'"
                .formatted(subject.title(), end, console.lastWords()));
      }
      report.add(subject, measured);
    }
  }

  private GuestSpec spec(
      NetworkSubject subject, GuestNetwork guest, NetworkServer server, Path directory)
      throws IOException {
    Path disk = directory.resolve("disk.ext4");
    SparseFile.copy(programs.files().blankDisk(), disk);
    String address =
        subject.mode() == NetworkMode.BRIDGED
            ? guest.gateway()
            : ownAddress(guest).getHostAddress();
    String commandLine =
        KernelArguments.of(Arch.current(), "bench", Nesting.OFF)
            + " fcvm.bench.network=%s/%d,%s fcvm.bench.server=%s,%d,%d fcvm.bench.times=%d,%d"
                .formatted(
                    guest.address(),
                    guest.prefix(),
                    guest.gateway(),
                    address,
                    NetworkServer.IPERF_PORT,
                    server.echoPort(),
                    times.warmUp(),
                    times.seconds());
    return new GuestSpec(
        programs.files(), disk, directory, RunOptions.CPUS, RunOptions.MEMORY_MIB, commandLine);
  }

  /// passt does not let a guest reach 127.0.0.1; and an emulated machine has, on one of its cards,
  /// the same address as its guests.
  private static InetAddress ownAddress(GuestNetwork guest) throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .filter(address -> !address.getHostAddress().equals(guest.address()))
        .findFirst()
        .orElseThrow(() -> new IOException("this computer has no address but 127.0.0.1"));
  }

  private BenchGuest boot(
      NetworkSubject subject, GuestSpec spec, VmNetwork network, OutputStream console)
      throws IOException, InterruptedException {
    DeviceSpec.Network card = network.cards().getFirst();
    if (subject.isOurs()) {
      return MonitorGuest.boot(spec, programs.iperfImage(), card, console);
    }
    if (card.link() instanceof Link.OpenTap(var tap)) {
      tap.close(); // QEMU wants it
      return NetworkPeer.withTap(spec, programs, card, "fcvm-" + VM, console);
    }
    Path socket = dirs.runtime().resolve("bench-passt.sock");
    return NetworkPeer.withPasst(spec, programs, card, socket, console);
  }

  private static String await(BenchGuest guest) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() < deadline && !guest.end().isDone()) {
      Thread.sleep(NAP);
    }
    return guest.end().getNow("it took too long");
  }
}
