package fcvm.agent;

import fcvm.agent.protocol.Frame;
import fcvm.agent.protocol.FrameType;
import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import fcvm.linux.PollSet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// Moves a command's output to the host until the command has ended and all that it wrote is moved.
///
/// What it wrote is in the pipes when it has ended, and their ends follow, unless it left processes
/// behind that hold them. Then what is there is moved, and what comes within a moment, as Podman
/// does; those processes lose their output, not the caller the exit code.
final class OutputPump {
  private static final int STDOUT = 0;
  private static final int STDERR = 1;
  private static final int EXITED = 2;

  private static final int QUIET_MILLIS = 50;
  private static final int PATIENCE_MILLIS = 500;
  private static final long NANOS_PER_MILLI = 1_000_000;
  // What strangers may add to the output after the end.
  private static final long LATE_BYTES = 1 << 20;

  private final Command.Running running;
  private final Host host;
  private final PollSet poll = new PollSet(3);
  private final byte[] bytes = new byte[Frame.MAX_PAYLOAD];
  private final @Nullable Fd[] outputs;
  private int open;
  private long moved;

  OutputPump(Command.Running running, Host host) {
    this.running = running;
    this.host = host;
    Streams streams = running.streams();
    this.outputs = new @Nullable Fd[] {streams.stdout(), streams.stderr()};
    for (int slot = STDOUT; slot <= STDERR; slot++) {
      Fd output = outputs[slot];
      if (output != null) {
        poll.set(slot, output, PollSet.POLLIN);
        open++;
      }
    }
    poll.set(EXITED, running.child().exited(), PollSet.POLLIN);
  }

  /// Returns when there is nothing left to move.
  void run() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Frame.MAX_PAYLOAD);
      do {
        poll.await(PollSet.FOREVER);
        move(buffer);
      } while (poll.ready(EXITED) == 0);
      poll.remove(EXITED);
      drain(buffer);
    }
  }

  private void drain(MemorySegment buffer) throws LinuxException {
    long limit = moved + LATE_BYTES;
    for (Fd output : outputs) {
      limit += output == null ? 0 : output.available();
    }
    long patience = PATIENCE_MILLIS * NANOS_PER_MILLI;
    while (open > 0 && moved < limit && patience > 0) {
      // Only waiting costs patience: a host that reads slowly loses nothing.
      long start = System.nanoTime();
      boolean ready = poll.await((int) Math.min(QUIET_MILLIS, patience / NANOS_PER_MILLI + 1));
      patience -= System.nanoTime() - start;
      if (!ready) {
        return;
      }
      move(buffer);
    }
  }

  private void move(MemorySegment buffer) {
    for (int slot = STDOUT; slot <= STDERR; slot++) {
      Fd output = outputs[slot];
      if (output != null && poll.ready(slot) != 0) {
        move(slot, output, buffer);
      }
    }
  }

  private void move(int slot, Fd output, MemorySegment buffer) {
    long count = output.readResult(buffer);
    if (count == -Errno.EAGAIN.number()) {
      return;
    }
    // Zero is the end of a pipe, EIO that of a terminal.
    if (count <= 0) {
      poll.remove(slot);
      outputs[slot] = null;
      open--;
      return;
    }
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, (int) count);
    moved += count;
    FrameType type = slot == STDOUT ? FrameType.STDOUT : FrameType.STDERR;
    if (!host.write(type, bytes, (int) count)) {
      running.kill();
    }
  }
}
