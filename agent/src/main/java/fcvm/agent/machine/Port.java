package fcvm.agent.machine;

import fcvm.agent.protocol.FrameWriter;
import fcvm.agent.protocol.Hello;
import fcvm.linux.Clock;
import fcvm.linux.EventLoop;
import fcvm.linux.LinuxException;
import java.io.IOException;
import java.io.OutputStream;

/// One port of the machine. While no host process is connected, the event loop watches it; from
/// then on a thread serves its sessions, one after another, until the host hangs up.
final class Port {
  // Edge-triggered: a port whose host is away is always "ready", with EPOLLHUP; what is wanted is
  // the change.
  private static final int EPOLLET = 1 << 31;
  private static final int CONNECTED = EventLoop.EPOLLIN | EventLoop.EPOLLOUT;

  // A smaller difference is not worth a jump of the clock.
  private static final long CLOCK_TOLERANCE_NANOS = 100_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final SerialPort serial;
  private final EventLoop loop;
  private final SessionServer server;
  private final Sessions sessions;

  Port(SerialPort serial, EventLoop loop, SessionServer server, Sessions sessions) {
    this.serial = serial;
    this.loop = loop;
    this.server = server;
    this.sessions = sessions;
  }

  /// Waits for a host process, without a thread of its own.
  void listen() throws LinuxException {
    loop.add(serial.fd(), CONNECTED | EPOLLET, this::ready);
  }

  private void ready(int events) {
    if ((events & EventLoop.EPOLLHUP) == 0) {
      loop.remove(serial.fd());
      Thread.ofPlatform().name(serial.fd().toString()).start(this::serve);
    }
  }

  private void serve() {
    try {
      PortInput input = new PortInput(serial.input());
      Hello hello = input.nextSession();
      while (hello != null) {
        session(hello, input);
        hello = input.nextSession();
      }
    } catch (IOException e) {
      System.err.println("fcvm: " + e.getMessage());
    }
    try {
      listen();
    } catch (LinuxException e) {
      System.err.println("fcvm: this port is lost: " + e.getMessage());
    }
  }

  private void session(Hello hello, PortInput input) {
    sessions.opened();
    try {
      setClock(hello.hostTimeNanos());
      OutputStream output = serial.output();
      new FrameWriter(output).write(hello.answer());
      server.serve(input, output);
    } catch (IOException e) {
      // The host went away, or sent what is no session: the server has ended what ran, and the
      // next session begins with a HELLO.
      System.err.println("fcvm: a session ended early: " + e.getMessage());
    } finally {
      sessions.closed();
    }
  }

  // The emulated clock stands still while the computer sleeps.
  private static void setClock(long hostTimeNanos) throws LinuxException {
    long behind = hostTimeNanos - System.currentTimeMillis() * NANOS_PER_MILLI;
    if (Math.abs(behind) > CLOCK_TOLERANCE_NANOS) {
      Clock.set(hostTimeNanos);
    }
  }
}
