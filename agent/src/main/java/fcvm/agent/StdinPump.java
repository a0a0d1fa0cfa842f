package fcvm.agent;

import fcvm.agent.protocol.Frame;
import fcvm.agent.protocol.FrameType;
import fcvm.agent.protocol.ProtocolException;
import fcvm.agent.protocol.ProtocolException.Reason;
import fcvm.agent.protocol.StdinWindow;
import fcvm.linux.Errno;
import fcvm.linux.EventFd;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import fcvm.linux.PollSet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Moves standard input from the host to a command, on a thread of its own: the thread that reads
/// from the host never waits for the command. It holds at most what the host has credit for.
final class StdinPump implements AutoCloseable {
  private static final int STDIN = 0;
  private static final int WAKE = 1;
  private static final int AGAIN = -Errno.EAGAIN.number();
  // What ^D types: inside a line it only hands over the line, so that takes a second one.
  private static final byte[] END_AT_LINE_START = {4};
  private static final byte[] END_IN_LINE = {4, 4};

  private final Fd stdin;
  private final boolean terminal;
  private final Host host;
  private final EventFd wake = new EventFd();
  private final Thread thread;

  // Guarded by this.
  private final Queue<byte[]> waiting = new ArrayDeque<>();
  private int held;
  private boolean inLine;
  private boolean ended;
  private boolean closed;

  /// @param terminal an end of input is then typed, not closed
  StdinPump(Fd stdin, boolean terminal, Host host) throws LinuxException {
    this.stdin = stdin;
    this.terminal = terminal;
    this.host = host;
    this.thread = Thread.ofPlatform().daemon().name("stdin").start(this::run);
  }

  /// Takes bytes from the host.
  ///
  /// @throws ProtocolException if the host had no credit for them
  synchronized void add(byte[] bytes) throws ProtocolException {
    if (bytes.length > StdinWindow.INITIAL - held) {
      throw new ProtocolException(Reason.UNEXPECTED, "standard input without credit");
    }
    if (!ended && bytes.length > 0) {
      held += bytes.length;
      waiting.add(bytes);
      inLine = bytes[bytes.length - 1] != '\n';
      notifyAll();
    }
  }

  /// The host's input has ended: the command's ends after what is still waiting.
  synchronized void end() {
    if (!ended && terminal) {
      byte[] typed = inLine ? END_IN_LINE : END_AT_LINE_START;
      held += typed.length;
      waiting.add(typed);
    }
    ended = true;
    notifyAll();
  }

  private void run() {
    PollSet poll = new PollSet(2);
    poll.set(STDIN, stdin, PollSet.POLLOUT);
    poll.set(WAKE, wake.fd(), PollSet.POLLIN);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Frame.MAX_PAYLOAD);
      byte[] bytes;
      while ((bytes = next()) != null) {
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
        if (!write(buffer.asSlice(0, bytes.length), poll)) {
          break;
        }
        taken(bytes.length);
      }
    } catch (LinuxException e) {
      // The command has no input any more: as if it had closed it.
    }
    if (!terminal) {
      stdin.close();
    }
  }

  private synchronized byte @Nullable [] next() {
    while (waiting.isEmpty() && !ended && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        closed = true;
      }
    }
    return closed ? null : waiting.poll();
  }

  private void taken(int bytes) {
    synchronized (this) {
      held -= bytes;
    }
    host.write(Frame.number(FrameType.WINDOW, bytes));
  }

  // False when the command does not take input any more, or nobody is interested in it.
  private boolean write(MemorySegment bytes, PollSet poll) throws LinuxException {
    long written = 0;
    while (written < bytes.byteSize()) {
      long result = stdin.writeResult(bytes.asSlice(written));
      if (result >= 0) {
        written += result;
      } else if (result != AGAIN) {
        return false;
      } else {
        poll.await(PollSet.FOREVER);
        if (poll.ready(WAKE) != 0) {
          return false;
        }
      }
    }
    return true;
  }

  /// Stops, and returns when the thread has ended: the descriptor may be closed then.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    wake.signal();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    wake.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
