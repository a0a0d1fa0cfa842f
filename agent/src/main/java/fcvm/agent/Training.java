package fcvm.agent;

import fcvm.agent.protocol.ExecRequest;
import fcvm.agent.protocol.ExecRequest.Target;
import fcvm.agent.protocol.ExecSession;
import fcvm.agent.protocol.WindowSize;
import fcvm.linux.FdInputStream;
import fcvm.linux.FdOutputStream;
import fcvm.linux.LinuxException;
import fcvm.linux.Pipe;
import fcvm.linux.VsockSocket;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A walk through what an agent does, so that an AOT cache knows the classes: anywhere, without
/// changing anything.
final class Training {
  private static final int ANY_PORT = -1;
  private static final byte[] INPUT = {'o', 'n', 'e', '\n', 't', 'w', 'o'};

  private Training() {}

  static void run() throws IOException {
    KernelCommandLine.read().find("fcvm.role");
    MountPoint.all();
    ExecService service = new ExecService(Reaper.start(), new SystemTarget(List.of()));
    session(service, request(false));
    session(service, request(true));
    try (VsockSocket socket = VsockSocket.listen(ANY_PORT, 1)) {
      socket.shutdown();
    } catch (LinuxException e) {
      // There need not be any vsock here: the classes are loaded.
    }
  }

  private static ExecRequest request(boolean tty) {
    List<byte[]> argv = List.of("cat".getBytes(StandardCharsets.UTF_8));
    return new ExecRequest(
        Target.SYSTEM, argv, List.of(), new byte[0], "", true, tty, new WindowSize(24, 80));
  }

  private static void session(ExecService service, ExecRequest request) throws IOException {
    try (Pipe toGuest = Pipe.open();
        Pipe toHost = Pipe.open()) {
      Thread guest = Thread.ofPlatform().daemon().start(() -> serve(service, toGuest, toHost));
      ExecSession session =
          new ExecSession(
              new FdInputStream(toHost.reader()),
              new FdOutputStream(toGuest.writer()),
              new ByteArrayInputStream(INPUT),
              new ByteArrayOutputStream(),
              new ByteArrayOutputStream());
      session.send(request);
      session.await();
      toGuest.writer().close();
      join(guest);
    }
  }

  private static void serve(ExecService service, Pipe toGuest, Pipe toHost) {
    try {
      service.serve(new FdInputStream(toGuest.reader()), new FdOutputStream(toHost.writer()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
