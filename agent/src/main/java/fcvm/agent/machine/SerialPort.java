package fcvm.agent.machine;

import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import fcvm.linux.PollSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A virtio-serial port, `/dev/vportMpN`, as a pair of streams. A read and a write may wait at the
/// same time; neither waits for a host that has hung up.
///
/// The kernel (`drivers/char/virtio_console.c`) reports a host that is not there as POLLHUP and a
/// read of 0 bytes. Data and these reports travel on different queues, so when one host process
/// follows another at once, the report can arrive after the successor's first bytes. So a hang-up
/// counts only when it lasts: what was a successor is recognised by its HELLO instead.
final class SerialPort implements AutoCloseable {
  // What one read or write of the driver can move.
  private static final int CHUNK = 32 * 1024;
  private static final int LASTING_MILLIS = 100;
  private static final int STEP_MILLIS = 10;
  private static final int EAGAIN = -Errno.EAGAIN.number();

  private final Fd fd;
  private final PollSet readable = new PollSet(1);
  private final PollSet writable = new PollSet(1);
  private final MemorySegment incoming = Arena.ofAuto().allocate(CHUNK);
  private final MemorySegment outgoing = Arena.ofAuto().allocate(CHUNK);

  private SerialPort(Fd fd) {
    this.fd = fd;
    readable.set(0, fd, PollSet.POLLIN);
    writable.set(0, fd, PollSet.POLLOUT);
  }

  /// Only one process can have a port open, and only once.
  static SerialPort open(String path) throws LinuxException {
    return new SerialPort(Fd.open(path, Fd.O_RDWR | Fd.O_NONBLOCK | Fd.O_NOCTTY));
  }

  Fd fd() {
    return fd;
  }

  /// Ends when the host has hung up, and goes on when another one comes.
  InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        return SerialPort.this.read(into, offset, length);
      }
    };
  }

  /// Fails when the host has hung up.
  OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        SerialPort.this.write(from, offset, length);
      }
    };
  }

  private int read(byte[] into, int offset, int length) throws IOException {
    MemorySegment chunk = incoming.asSlice(0, Math.min(length, CHUNK));
    while (true) {
      long result = fd.readResult(chunk);
      if (result > 0) {
        MemorySegment.copy(incoming, ValueLayout.JAVA_BYTE, 0, into, offset, (int) result);
        return (int) result;
      }
      if (result == EAGAIN) {
        readable.await(PollSet.FOREVER);
      } else if (result < 0) {
        throw new LinuxException("read of " + fd, result);
      } else if (hungUpForGood()) {
        return -1;
      }
    }
  }

  private void write(byte[] from, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int size = Math.min(length - done, CHUNK);
      MemorySegment.copy(from, offset + done, outgoing, ValueLayout.JAVA_BYTE, 0, size);
      long result = fd.writeResult(outgoing.asSlice(0, size));
      if (result > 0) {
        done += (int) result;
      } else if (result != EAGAIN) {
        throw new LinuxException("write to " + fd, result);
      } else if (writable.await(PollSet.FOREVER) && isHungUp(writable) && hungUpForGood()) {
        throw new IOException("the host hung up on " + fd);
      }
    }
  }

  private boolean hungUpForGood() throws IOException {
    PollSet now = new PollSet(1);
    now.set(0, fd, 0);
    for (int waited = 0; waited < LASTING_MILLIS; waited += STEP_MILLIS) {
      if (!now.await(0)) {
        return false;
      }
      try {
        Thread.sleep(STEP_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    }
    return true;
  }

  private static boolean isHungUp(PollSet poll) {
    return (poll.ready(0) & PollSet.POLLHUP) != 0;
  }

  @Override
  public void close() {
    fd.close();
  }
}
