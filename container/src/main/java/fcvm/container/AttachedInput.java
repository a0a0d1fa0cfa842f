package fcvm.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/// Standard input of a detached container: what those who attach type, in the order in which it
/// comes. It ends when one of them ends it; until somebody comes, a reader waits.
///
/// A container that is started again reads on where the one before has stopped: each life has a
/// stream of its own, which takes nothing more once it is closed.
final class AttachedInput {
  private static final int MOST = 64 * 1024;

  private final Deque<byte[]> pieces = new ArrayDeque<>();
  private int size;
  private boolean ended;

  /// Adds a piece; waits while there is much that nobody has read.
  synchronized void put(byte[] piece) throws InterruptedException {
    while (size >= MOST && !ended) {
      wait();
    }
    if (!ended && piece.length > 0) {
      pieces.add(piece);
      size += piece.length;
      notifyAll();
    }
  }

  /// There is no more.
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /// What is read in one life of the container, until it is closed.
  InputStream forOneLife() {
    return new Life();
  }

  private final class Life extends InputStream {
    private boolean isOver;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return AttachedInput.this.read(this, into, offset, length);
    }

    @Override
    public void close() {
      synchronized (AttachedInput.this) {
        isOver = true;
        AttachedInput.this.notifyAll();
      }
    }
  }

  private synchronized int read(Life life, byte[] into, int offset, int length) throws IOException {
    try {
      while (!life.isOver && pieces.isEmpty()) {
        if (ended) {
          return -1;
        }
        wait();
      }
      if (life.isOver) {
        return -1;
      }
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    }
    byte[] piece = pieces.remove();
    int copied = Math.min(length, piece.length);
    System.arraycopy(piece, 0, into, offset, copied);
    if (copied < piece.length) {
      pieces.addFirst(Arrays.copyOfRange(piece, copied, piece.length));
    }
    size -= copied;
    notifyAll();
    return copied;
  }
}
