package fcvm.agent;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.agent.protocol.ExecRequest;
import fcvm.agent.protocol.ExecSession;
import fcvm.agent.protocol.WindowSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Conversations: terminals, signals, slow readers and broken connections.
@Timeout(60)
class TerminalTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Guest guest;

  @TempDir Path dir;

  @BeforeEach
  void start() throws IOException {
    guest = new Guest();
  }

  @AfterEach
  void stop() throws IOException {
    threads.shutdown();
    guest.close();
  }

  /// Somebody at the terminal: types, and waits until something is printed.
  private final class Person implements AutoCloseable {
    private final SocketChannel connection = guest.connect();
    private final PipedOutputStream keyboard = new PipedOutputStream();
    private final PipedInputStream screen = new PipedInputStream();
    private final StringBuilder seen = new StringBuilder();
    private final ExecSession session;
    private final Future<Integer> code;

    Person(ExecRequest request) throws IOException {
      InputStream keys = new PipedInputStream(keyboard);
      OutputStream printed = new PipedOutputStream(screen);
      session = guest.session(connection, request, keys, printed, printed);
      code = threads.submit(session::await);
    }

    void type(String text) throws IOException {
      keyboard.write(text.getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
    }

    void see(String expected) throws IOException {
      while (seen.indexOf(expected) < 0) {
        int next = screen.read();
        assertThat(next).as("end of the screen: %s", seen).isNotNegative();
        seen.append((char) next);
      }
    }

    int code() throws Exception {
      return code.get();
    }

    @Override
    public void close() throws IOException {
      connection.close();
    }
  }

  @Test
  void aTerminalIsOneAndHasASize() throws Exception {
    try (Person person = new Person(Guest.terminal("sh", "-c", "tty -s && stty size; read x"))) {
      person.see("24 80\r\n");
      person.type("\n");
      assertThat(person.code()).isZero();
    }
  }

  @Test
  void aTerminalCanBeResized() throws Exception {
    String script = "trap 'stty size; exit 5' WINCH; echo ready; while :; do sleep 0.05; done";
    try (Person person = new Person(Guest.terminal("sh", "-c", script))) {
      person.see("ready");
      person.session.resize(new WindowSize(50, 132));
      person.see("50 132");
      assertThat(person.code()).isEqualTo(5);
    }
  }

  @Test
  void controlCInterruptsTheForeground() throws Exception {
    try (Person person = new Person(Guest.terminal("sh", "-c", "echo ready; sleep 1000"))) {
      person.see("ready");
      person.type("\u0003");
      assertThat(person.code()).isEqualTo(130);
    }
  }

  @Test
  void anEndOfInputIsTyped() throws Exception {
    try (Person person = new Person(Guest.terminal("sh", "-c", "cat; echo done"))) {
      person.type("hello\n");
      person.see("hello\r\nhello\r\n");
      person.type("in a line");
      person.see("in a line");
      person.keyboard.close();
      person.see("done");
      assertThat(person.code()).isZero();
    }
  }

  @Test
  void aSignalGoesToTheWholeGroup() throws Exception {
    String script = "trap 'echo caught; exit 9' TERM; sleep 1000 & echo ready; wait";
    try (Person person = new Person(Guest.request("sh", "-c", script))) {
      person.see("ready");
      person.session.signal(15);
      person.see("caught");
      assertThat(person.code()).isEqualTo(9);
    }
  }

  @Test
  void aSignalDoesNotWaitBehindInputThatNobodyReads() throws Exception {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            return length;
          }
        };
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SocketChannel connection = guest.connect()) {
      ExecRequest request = Guest.interactive("sleep", "1000");
      ExecSession session = guest.session(connection, request, endless, out, out);
      Future<Integer> code = threads.submit(session::await);
      session.signal(15);
      assertThat(code.get()).isEqualTo(143);
    }
  }

  @Test
  void aCommandThatClosesItsInputDoesNotStopTheSession() throws Exception {
    byte[] much = new byte[2_000_000];
    assertThat(guest.run(Guest.interactive("sh", "-c", "exec <&-; exit 6"), much).code())
        .isEqualTo(6);
  }

  @Test
  void aBrokenConnectionKillsTheGroup() throws Exception {
    Path pids = dir.resolve("pids");
    String script = "sleep 1000 & echo $! $$ > " + pids + "; echo ready; wait";
    try (Person person = new Person(Guest.request("sh", "-c", script))) {
      person.see("ready");
    }
    for (String pid : Files.readString(pids).trim().split(" ", -1)) {
      awaitGone(Long.parseLong(pid));
    }
  }

  @Test
  void aBrokenConnectionKillsWhatHasTheTerminal() throws Exception {
    Path pid = dir.resolve("pid");
    // With job control the sleep is a group of its own.
    String script = "set -m; sh -c 'echo $$ > " + pid + "; echo ready; trap \"\" HUP; sleep 1000'";
    try (Person person = new Person(Guest.terminal("sh", "-c", script))) {
      person.see("ready");
    }
    awaitGone(Long.parseLong(Files.readString(pid).trim()));
  }

  @Test
  void aSlowReaderLosesNothing() throws Exception {
    int length = 3_000_000;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OutputStream slow =
        new OutputStream() {
          @Override
          public void write(int b) {
            out.write(b);
          }

          @Override
          public void write(byte[] bytes, int offset, int count) throws IOException {
            try {
              Thread.sleep(5);
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            out.write(bytes, offset, count);
          }
        };
    try (SocketChannel connection = guest.connect()) {
      ExecRequest request = Guest.request("sh", "-c", "head -c " + length + " /dev/zero; exit 2");
      ExecSession session =
          guest.session(connection, request, InputStream.nullInputStream(), slow, slow);
      assertThat(session.await()).isEqualTo(2);
    }
    assertThat(out.size()).isEqualTo(length);
  }

  // Bounded by the test's timeout.
  private static void awaitGone(long pid) throws InterruptedException {
    while (ProcessHandle.of(pid).isPresent()) {
      Thread.sleep(10);
    }
  }
}
