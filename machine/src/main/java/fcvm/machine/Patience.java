package fcvm.machine;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// How long somebody waits for what comes from a socket: when the time is up, the socket is closed,
/// and whoever reads from it gets a [java.nio.channels.ClosedChannelException]. Closing this ends
/// the wait.
final class Patience implements AutoCloseable {
  private final Thread watch;

  private Patience(Thread watch) {
    this.watch = watch;
  }

  static Patience with(SocketChannel channel, Duration time) {
    return new Patience(Thread.ofVirtual().start(() -> closeAfter(channel, time)));
  }

  private static void closeAfter(SocketChannel channel, Duration time) {
    try {
      Thread.sleep(time);
      channel.close();
    } catch (InterruptedException | IOException e) {
      // What was waited for came, or the channel is closed already.
    }
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}
