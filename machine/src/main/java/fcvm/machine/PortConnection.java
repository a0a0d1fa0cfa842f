package fcvm.machine;

import fcvm.agent.protocol.Hello;
import fcvm.linux.FileLock;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// A port of the machine that is ours until closed. Closing it ends what runs on it.
final class PortConnection implements AutoCloseable {
  private static final int BUFFER = 128 * 1024;

  private final SocketChannel channel;
  private final FileLock lock;
  private final InputStream input;
  private final OutputStream output;

  PortConnection(SocketChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
    this.input = new BufferedInputStream(Channels.newInputStream(channel), BUFFER);
    this.output = Channels.newOutputStream(channel);
  }

  /// Begins a session: returns when the machine's agent has answered.
  ///
  /// @throws SocketTimeoutException if it has not in time
  /// @throws IOException if the machine ends instead
  void hello(Duration patience) throws IOException {
    Hello hello = Hello.now();
    try (Patience _ = Patience.with(channel, patience)) {
      output.write(hello.preamble());
      output.flush();
      hello.awaitAnswer(input);
    } catch (ClosedChannelException e) {
      SocketTimeoutException late =
          new SocketTimeoutException(
              "the machine's agent did not answer within " + patience.toSeconds() + " s");
      late.initCause(e);
      throw late;
    }
  }

  InputStream input() {
    return input;
  }

  OutputStream output() {
    return output;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone either way.
    }
    lock.close();
  }
}
