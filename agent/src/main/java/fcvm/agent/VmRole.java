package fcvm.agent;

import fcvm.agent.protocol.Event;
import fcvm.agent.protocol.Frame;
import fcvm.agent.protocol.FrameReader;
import fcvm.agent.protocol.FrameType;
import fcvm.agent.protocol.FrameWriter;
import fcvm.agent.protocol.ProtocolException;
import fcvm.agent.protocol.ProtocolException.Reason;
import fcvm.agent.protocol.RunPlan;
import fcvm.agent.protocol.SharedDirectory;
import fcvm.agent.protocol.VsockPorts;
import fcvm.linux.Clock;
import fcvm.linux.FdInputStream;
import fcvm.linux.FdOutputStream;
import fcvm.linux.LinuxException;
import fcvm.linux.Reboot;
import fcvm.linux.VsockSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;

/// A microVM, from its plan to the end of its one container.
final class VmRole {
  private static final long CONNECT_NANOS = 10_000_000_000L;
  private static final int CONNECT_PAUSE_MILLIS = 20;
  private static final int WATCH_PAUSE_MILLIS = 10;
  private static final int BYE_MILLIS = 2_000;

  private final Reaper reaper;
  private final GuestSystem system;
  private final Console console;

  VmRole(Reaper reaper, GuestSystem system, Console console) {
    this.reaper = reaper;
    this.system = system;
    this.console = console;
  }

  /// Returns when the container has ended and the host knows, or when the host is gone: it is time
  /// to power off.
  ///
  /// @param started the event that tells when this agent began
  /// @throws IOException if there is no host, or no plan
  void run(Event started) throws IOException, InterruptedException {
    try (VsockSocket socket = connect()) {
      FrameWriter writer = new FrameWriter(new FdOutputStream(socket.fd()));
      FrameReader frames = new FrameReader(new FdInputStream(socket.fd()));
      writer.write(started.frame());
      RunPlan plan = plan(frames);
      writer.write(Event.now("plan-received").frame());
      Host host = new Host(writer);
      try {
        CommandRun run = start(plan, host);
        // A thread of its own: the end of the container is waited for here, its host there.
        Thread control =
            Thread.ofPlatform().daemon().name("control").start(() -> serve(run, frames));
        Thread.ofPlatform().daemon().name("watch").start(() -> watch(run, plan, host));
        run.awaitEnd();
        control.join(BYE_MILLIS);
      } catch (CommandException e) {
        host.write(Frame.error(e.code(), String.valueOf(e.getMessage())));
        awaitBye(frames);
      }
    }
  }

  private CommandRun start(RunPlan plan, Host host) throws CommandException {
    SystemTarget target = new SystemTarget(plan.systemEnvironment());
    Command podman;
    try {
      prepare(plan, target);
      podman = PodmanRun.command(plan, target.environment());
    } catch (IOException e) {
      throw new CommandException(CommandException.FAILED, String.valueOf(e.getMessage()));
    }
    host.write(Event.now("system-ready").frame());
    return CommandRun.start(podman, reaper, host);
  }

  private void prepare(RunPlan plan, SystemTarget target) throws IOException {
    Clock.set(plan.hostTimeNanos());
    system.hostName(plan.hostname());
    NetworkSetup.run(plan.network());
    for (SharedDirectory shared : plan.sharedDirectories()) {
      system.mount(shared);
    }
    Files.createDirectories(PodmanRun.DIRECTORY);
    Files.createDirectories(Objects.requireNonNull(PodmanRun.CONTAINER_ID.getParent()));
    ContainerTarget container = new ContainerTarget(target.environment());
    ExecService service = new ExecService(reaper, new VmTargets(target, container));
    ExecServer.start(VsockPorts.EXEC, service, console);
  }

  private static RunPlan plan(FrameReader frames) throws IOException {
    Frame first = frames.read();
    if (first == null) {
      throw new ProtocolException(Reason.TRUNCATED, "the host hung up before it sent a plan");
    }
    if (first.type() != FrameType.RUN) {
      throw new ProtocolException(Reason.UNEXPECTED, "the host began with " + first.type());
    }
    return RunPlan.read(first, frames);
  }

  private void serve(CommandRun run, FrameReader frames) {
    try {
      run.serve(frames);
    } catch (IOException e) {
      console.debug("the host is gone: " + e.getMessage());
    }
  }

  // Tells the host when the container itself runs: podman takes its time before. One that is gone
  // again between two looks is not told of.
  private static void watch(CommandRun run, RunPlan plan, Host host) {
    try {
      while (!run.isOver()) {
        if (ContainerTarget.started() != null) {
          if (plan.kept()) {
            Reboot.sync();
          }
          host.write(Event.now("container-started").frame());
          return;
        }
        Thread.sleep(WATCH_PAUSE_MILLIS);
      }
    } catch (IOException | InterruptedException e) {
      // It is for the timings only.
    }
  }

  // The host listens before it starts this guest; what may still be missing is the device.
  private static VsockSocket connect() throws LinuxException, InterruptedException {
    long deadline = System.nanoTime() + CONNECT_NANOS;
    while (true) {
      try {
        return VsockSocket.connect(VsockPorts.HOST_CID, VsockPorts.RUN);
      } catch (LinuxException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        Thread.sleep(CONNECT_PAUSE_MILLIS);
      }
    }
  }

  private static void awaitBye(FrameReader frames) throws InterruptedException {
    Thread reader =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                ExecService.awaitBye(frames);
              } catch (IOException e) {
                // As good as a BYE.
              }
            });
    reader.join(BYE_MILLIS);
  }
}
