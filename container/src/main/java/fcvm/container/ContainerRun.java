package fcvm.container;

import fcvm.agent.protocol.Event;
import fcvm.agent.protocol.ExecSession;
import fcvm.agent.protocol.FrameWriter;
import fcvm.agent.protocol.GuestNetwork;
import fcvm.agent.protocol.RunPlan;
import fcvm.agent.protocol.SharedDirectory;
import fcvm.agent.protocol.WindowSize;
import fcvm.container.VmRecord.Status;
import fcvm.container.image.GuestImage;
import fcvm.container.net.Passt;
import fcvm.container.net.VmNetwork;
import fcvm.linux.Arch;
import fcvm.linux.IoReason;
import fcvm.vmm.BootException;
import fcvm.vmm.DeviceSpec;
import fcvm.vmm.VmConfig;
import fcvm.vmm.VmExit;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One container in a microVM of its own, from the plan to the exit code. [#run] tells it in order.
///
/// The VM lives in this process. Every resource belongs to a try-with-resources block, so whatever
/// ends the run, a signal included, takes the same way out.
///
/// Threads: [#run] is called once, on a thread that it may interrupt; [#signal] and [#resize] from
/// any other.
public final class ContainerRun {
  private static final long GUEST_CID = 3;
  private static final long CONSOLE_BYTES = 1 << 20;
  private static final int MOST_EVENTS = 64;
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long EXIT_MILLIS = TimeUnit.SECONDS.toMillis(2);
  private static final long POWER_OFF_MILLIS = TimeUnit.SECONDS.toMillis(30);

  private final RunOptions options;
  private volatile WindowSize window;
  private final GuestFiles guestFiles;
  private final Optional<InnerFiles> inner;
  private final Passt passt;
  private final RunScope scope;
  private final RunStreams streams;
  private final Timings timings;
  private final Guest.Boot boot;
  private final Interruption interruption;
  private final Set<String> reached = new HashSet<>();
  private volatile @Nullable ExecSession session;

  /// @param window the terminal's size when it starts
  /// @param guestFiles kernel and file systems
  /// @param inner what `fcvm` in the guest needs, if it is to be there
  /// @param passt for a rootless network
  /// @param timings gets the phases from here on
  public ContainerRun(
      RunOptions options,
      WindowSize window,
      GuestFiles guestFiles,
      Optional<InnerFiles> inner,
      Passt passt,
      VmStore store,
      RunStreams streams,
      Timings timings) {
    this(
        options, window, guestFiles, inner, passt, RunScope.once(options, store), streams, timings);
  }

  /// @param scope whether there are runs of the same VM before and after this one
  ContainerRun(
      RunOptions options,
      WindowSize window,
      GuestFiles guestFiles,
      Optional<InnerFiles> inner,
      Passt passt,
      RunScope scope,
      RunStreams streams,
      Timings timings) {
    this(options, window, guestFiles, inner, passt, scope, streams, timings, Guest.Boot.ON_KVM);
  }

  ContainerRun(
      RunOptions options,
      WindowSize window,
      GuestFiles guestFiles,
      Optional<InnerFiles> inner,
      Passt passt,
      RunScope scope,
      RunStreams streams,
      Timings timings,
      Guest.Boot boot) {
    this.options = options;
    this.window = window;
    this.guestFiles = guestFiles;
    this.inner = inner;
    this.passt = passt;
    this.scope = scope;
    this.interruption = new Interruption(1, scope.patience());
    this.streams = streams;
    this.timings = timings;
    this.boot = boot;
  }

  /// Runs the container.
  ///
  /// @return its exit code; 128+n if signal n ended the run before, 141 if nobody reads its output
  /// @throws ContainerException if something of ours failed: nothing of the run is left then, but
  ///   the guest's console
  public int run() throws ContainerException {
    try (interruption) {
      timings.phase("vm_assembly");
      try (RunScope.Lease lease = scope.files().open();
          OutputStream console = new BoundedFile(lease.files().console(), CONSOLE_BYTES);
          PlanListener listener = new PlanListener(lease.files().record().vsock());
          VmNetwork network = lease.files().openNetwork(options.network(), passt)) {
        VmFiles files = lease.files();
        if (!scope.isAgain()) {
          copyDisk(guestFiles.blankDisk(), files.disk());
        }
        OutputStream serial = new Tee(console, streams.console());
        try (Guest guest = boot(config(files, network), serial)) {
          interruption.stopWith(guest::stop);
          return converse(guest, listener, files, network.guest());
        }
      }
    } catch (IOException e) {
      return ended(new ContainerException(IoReason.of(e), e));
    } catch (ContainerException e) {
      return ended(e);
    } catch (InterruptedException e) {
      return ended(new ContainerException("interrupted", e));
    } finally {
      timings.phase("end");
    }
  }

  // A failure after a signal is the signal's doing.
  private int ended(ContainerException e) throws ContainerException {
    Thread.interrupted(); // ours, and done with
    if (interruption.first() != 0) {
      return interruption.exitCode();
    }
    throw e;
  }

  private static void copyDisk(Path template, Path disk) throws ContainerException {
    try {
      fcvm.provision.SparseFile.copy(template, disk);
    } catch (IOException e) {
      throw new ContainerException(
          "cannot make the VM's disk "
              + disk
              + ": "
              + IoReason.of(e)
              + "; free some space, or set FCVM_STATE_DIR to a directory with more",
          e);
    }
  }

  private VmConfig config(VmFiles files, VmNetwork network) {
    return new VmConfig(
        new VmConfig.BootSource(guestFiles.kernel(), guestFiles.initrd(), kernelArguments()),
        new VmConfig.Machine(
            options.cpus(), options.memoryMib(), options.nesting(), guestFiles.pci()),
        drives(files),
        network.cards(),
        fileSystems(),
        new DeviceSpec.Vsock(GUEST_CID, files.record().vsock()),
        true);
  }

  // In the order of the guest's names for them: vda, vdb, vdc.
  private List<DeviceSpec.Drive> drives(VmFiles files) {
    List<DeviceSpec.Drive> all = new ArrayList<>();
    all.add(new DeviceSpec.Drive("rootfs", guestFiles.rootfs(), false, true));
    all.add(new DeviceSpec.Drive("disk", files.disk(), false, false));
    guestFiles
        .image()
        .ifPresent(image -> all.add(new DeviceSpec.Drive("image", image, false, true)));
    return all;
  }

  private String kernelArguments() {
    String usual =
        KernelArguments.of(Arch.current(), "vm", options.nesting())
            + (guestFiles.image().isPresent() ? " fcvm.image=vdc" : "");
    String more = options.kernel().arguments();
    return more.isEmpty() ? usual : usual + " " + more;
  }

  private List<DeviceSpec.FileSystem> fileSystems() {
    List<DeviceSpec.FileSystem> all = new ArrayList<>();
    VolumeMount.all(options.volumes()).forEach(mount -> all.add(mount.device()));
    inner.ifPresent(files -> all.addAll(files.devices()));
    return all;
  }

  private List<SharedDirectory> sharedDirectories() {
    List<SharedDirectory> all = new ArrayList<>();
    VolumeMount.all(options.volumes()).forEach(mount -> all.add(mount.shared()));
    inner.ifPresent(files -> all.addAll(files.shared()));
    return all;
  }

  private Guest boot(VmConfig config, OutputStream serial) throws IOException, ContainerException {
    try {
      return boot.boot(config, serial);
    } catch (BootException e) {
      throw new ContainerException(String.valueOf(e.getMessage()), e);
    }
  }

  // From the first guest instruction to its power-off.
  private int converse(Guest guest, PlanListener listener, VmFiles files, GuestNetwork network)
      throws IOException, ContainerException, InterruptedException {
    timings.phase("kernel_boot");
    GuestWatch watch = new GuestWatch(guest);
    try (PlanListener.Greeting agent = watch.until(listener, listener::await)) {
      GuestConnection connection = agent.connection();
      reached(agent.started());
      timings.phase("plan");
      PipeOutput out = new PipeOutput(streams.out());
      PipeOutput err = new PipeOutput(streams.err());
      ExecSession talk =
          new ExecSession(
              agent.frames(),
              new FrameWriter(connection.output()),
              streams.in(),
              out,
              err,
              this::reached);
      talk.send(plan(files.record(), network));
      session = talk;
      files.status(Status.RUNNING);
      int code = await(watch, connection, talk, out, err);
      timings.phase("power_off");
      files.status(Status.STOPPING);
      boolean abandoned = out.isBroken() || err.isBroken();
      if (abandoned || !watch.isOverWithin(POWER_OFF_MILLIS)) {
        guest.stop();
      }
      return code;
    } catch (IOException e) {
      if (interruption.first() != 0) {
        throw e;
      }
      // The connection breaks a little before the end is known.
      VmExit exit = watch.isOverWithin(EXIT_MILLIS) ? watch.exit() : null;
      throw new ContainerException(
          "the VM ended before its container did: "
              + (exit == null ? "its agent is gone: " + IoReason.of(e) : exit.text())
              + "; its last words: '"
              + files.lastWords()
              + "'; its console is in "
              + files.keepConsole(),
          e);
    }
  }

  private int await(
      GuestWatch watch,
      GuestConnection connection,
      ExecSession talk,
      PipeOutput out,
      PipeOutput err)
      throws IOException, ContainerException {
    try {
      return watch.until(connection, talk::await, () -> connection.isSilentFor(SILENCE_NANOS));
    } catch (IOException e) {
      if (out.isBroken() || err.isBroken()) {
        return out.isBroken() ? out.exitCode() : err.exitCode();
      }
      throw e;
    }
  }

  private RunPlan plan(VmRecord vm, GuestNetwork network) {
    Instant now = Instant.now();
    return new RunPlan(
        vm.name(),
        ChronoUnit.NANOS.between(Instant.EPOCH, now),
        options.hostname().isEmpty() ? vm.name() : options.hostname(),
        options.interactive(),
        options.tty(),
        window,
        sharedDirectories(),
        network,
        systemEnvironment(),
        guestFiles.image().map(GuestImage::id).orElse(options.image()),
        options.podmanArguments(),
        options.command(),
        scope.isAgain(),
        options.life().isKept());
  }

  private List<byte[]> systemEnvironment() {
    List<byte[]> all = new ArrayList<>(options.network().proxies());
    inner.ifPresent(files -> all.addAll(files.environment()));
    return all;
  }

  // On the thread in run().
  private void reached(Event event) {
    // An agent says each once. A guest that does not must not make us remember, or do, ever more.
    if (reached.size() >= MOST_EVENTS || !reached.add(event.name())) {
      return;
    }
    timings.add("guest." + event.name(), event.nanos() / 1e6);
    switch (event.name()) {
      case "system-ready" -> {
        timings.phase("podman_start");
        ExecSession talk = session;
        if (talk != null) {
          interruption.forwardTo(scope.signalsStop() ? _ -> talk.stop() : talk::signal);
        }
        streams.attached().run();
      }
      case "container-started" -> {
        timings.phase("container_run");
        scope.started().run();
      }
      default -> {} // it is in the timings
    }
  }

  /// Takes a signal: see [Interruption].
  public void signal(int number) {
    interruption.signal(number);
  }

  /// Passes a signal on to the container, without a consequence for the run.
  void forward(int number) {
    ExecSession talk = session;
    if (talk != null) {
      try {
        talk.signal(number);
      } catch (IOException e) {
        return; // run() sees the broken connection too
      }
    }
  }

  /// Tells the container its terminal's new size, or makes it the first one.
  public void resize(WindowSize size) {
    window = size;
    ExecSession talk = session;
    if (talk != null) {
      try {
        talk.resize(size);
      } catch (IOException e) {
        return; // run() sees the broken connection too
      }
    }
  }
}
