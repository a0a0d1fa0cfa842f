package fcvm.container;

import fcvm.agent.protocol.Event;
import fcvm.agent.protocol.Frame;
import fcvm.agent.protocol.FrameReader;
import fcvm.agent.protocol.FrameType;
import fcvm.agent.protocol.FrameWriter;
import fcvm.agent.protocol.RunPlan;
import fcvm.vmm.VmConfig;
import fcvm.vmm.VmExit;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// A guest without a machine: an agent's side of the protocol, on a thread.
final class FakeGuest implements Guest {
  /// What its agent does once it has its plan.
  @FunctionalInterface
  interface Agent {
    VmExit run(RunPlan plan, FrameReader in, FrameWriter out) throws Exception;
  }

  private final CompletableFuture<VmExit> exit = new CompletableFuture<>();
  private volatile boolean closed;

  private FakeGuest() {}

  /// One whose agent fetches its plan, then does this.
  static Boot booting(Agent agent) {
    return (config, serial) -> {
      FakeGuest guest = new FakeGuest();
      Thread.ofPlatform().daemon().start(() -> guest.live(config, serial, agent));
      return guest;
    };
  }

  /// One that ends before it has an agent.
  static Boot ending(VmExit how) {
    return (config, serial) -> {
      FakeGuest guest = new FakeGuest();
      serial.write("Kernel panic\n".getBytes(StandardCharsets.US_ASCII));
      guest.exit.complete(how);
      return guest;
    };
  }

  /// One that never says anything.
  static Boot hanging(Runnable booted) {
    return (config, serial) -> {
      booted.run();
      return new FakeGuest();
    };
  }

  private void live(VmConfig config, OutputStream serial, Agent agent) {
    Path vsock = java.util.Objects.requireNonNull(config.vsock()).udsPath();
    Path path = vsock.resolveSibling(vsock.getFileName() + "_1024");
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      try (SocketChannel tooLate = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        tooLate.connect(UnixDomainSocketAddress.of(path)); // as a slow guest's first try
      }
      channel.connect(UnixDomainSocketAddress.of(path));
      FrameReader in = new FrameReader(Channels.newInputStream(channel));
      FrameWriter out = new FrameWriter(Channels.newOutputStream(channel));
      out.write(Event.now("agent-started").frame());
      Frame first = in.read();
      serial.write("hello\n".getBytes(StandardCharsets.US_ASCII));
      exit.complete(agent.run(RunPlan.read(first, in), in, out));
    } catch (Exception e) {
      exit.complete(new VmExit.Crash(e.toString()));
    }
  }

  static void exit(FrameWriter out, int code) throws IOException {
    out.write(Frame.number(FrameType.EXIT, code));
  }

  @Override
  public VmExit await() throws InterruptedException {
    try {
      return exit.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void stop() {
    exit.complete(new VmExit.Stopped());
  }

  @Override
  public void close() {
    stop();
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }
}
