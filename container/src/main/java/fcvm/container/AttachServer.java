package fcvm.container;

import fcvm.agent.protocol.Frame;
import fcvm.agent.protocol.FrameReader;
import fcvm.agent.protocol.FrameType;
import fcvm.agent.protocol.FrameWriter;
import fcvm.agent.protocol.WindowSize;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/// Where `fcvm attach` meets a detached container: a unix socket, on which the frames of an
/// [fcvm.agent.protocol.ExecSession] go, from STDOUT to EXIT.
///
/// A thread accepts; each connection has one that reads and one that writes. One that does not keep
/// up with the container's output is cut off: the container never waits for it.
final class AttachServer implements AutoCloseable {
  private static final int CREDIT = 64 * 1024;
  private static final int QUEUE = 256;

  private final ServerSocketChannel channel;
  private final Path path;
  private final Taker taker;
  private final AttachedInput input = new AttachedInput();
  private final List<Client> clients = new CopyOnWriteArrayList<>();

  /// What somebody attached does besides reading and writing.
  interface Taker {
    /// Sends the container a signal.
    void signal(int number);

    /// The terminal has this size now.
    void resize(WindowSize size);
  }

  AttachServer(Path path, Taker taker) throws IOException {
    this.path = path;
    this.taker = taker;
    this.channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(path));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    Thread.ofVirtual().name("attach").start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        Client client = new Client(channel.accept());
        clients.add(client);
        Thread.ofVirtual().start(client::read);
        Thread.ofVirtual().start(client::write);
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  /// The container's standard input.
  AttachedInput input() {
    return input;
  }

  /// Shows what a stream of the container writes to all that are there.
  OutputStream stream(FrameType type) {
    return new OutputStream() {
      @Override
      public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        for (int at = offset; at < offset + length; at += Frame.MAX_PAYLOAD) {
          int end = Math.min(offset + length, at + Frame.MAX_PAYLOAD);
          Frame frame = new Frame(type, Arrays.copyOfRange(bytes, at, end));
          clients.forEach(client -> client.show(frame));
        }
      }
    };
  }

  /// The container has ended for good.
  void end(int code) {
    input.end();
    clients.forEach(client -> client.show(Frame.exit(code)));
    for (Client client : clients) {
      client.awaitWritten();
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      input.end();
      clients.forEach(Client::close);
      Files.deleteIfExists(path);
    }
  }

  private final class Client {
    private static final int PATIENCE_MILLIS = 2_000;

    private final SocketChannel socket;
    private final FrameWriter writer;
    private final BlockingQueue<Frame> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread[] writing = new Thread[1];

    Client(SocketChannel socket) {
      this.socket = socket;
      this.writer = new FrameWriter(Channels.newOutputStream(socket));
      queue.add(Frame.number(FrameType.WINDOW, CREDIT));
    }

    void show(Frame frame) {
      if (!queue.offer(frame)) {
        close();
      }
    }

    void write() {
      synchronized (writing) {
        writing[0] = Thread.currentThread();
        writing.notifyAll();
      }
      try {
        Frame frame;
        do {
          frame = queue.take();
          writer.write(frame);
        } while (frame.type() != FrameType.EXIT);
      } catch (IOException | InterruptedException e) {
        close(); // it went away
      }
    }

    void awaitWritten() {
      try {
        Thread thread;
        synchronized (writing) {
          while (writing[0] == null) {
            writing.wait();
          }
          thread = writing[0];
        }
        thread.join(PATIENCE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void read() {
      try {
        FrameReader frames = new FrameReader(Channels.newInputStream(socket));
        Frame frame;
        while ((frame = frames.read()) != null && frame.type() != FrameType.BYE) {
          take(frame);
        }
      } catch (IOException e) {
        // It went away, or speaks something else.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      close();
    }

    private void take(Frame frame) throws IOException, InterruptedException {
      switch (frame.type()) {
        case STDIN -> {
          input.put(frame.payload());
          show(Frame.number(FrameType.WINDOW, frame.payload().length));
        }
        case STDIN_EOF -> input.end();
        case SIGNAL -> taker.signal(frame.number());
        case RESIZE -> taker.resize(frame.size());
        default -> throw new IOException("a " + frame.type() + " from somebody attached");
      }
    }

    void close() {
      clients.remove(this);
      queue.clear();
      queue.add(Frame.exit(0)); // the writer's end; it finds the socket closed
      try {
        socket.close();
      } catch (IOException e) {
        return; // as good as closed
      }
    }
  }
}
