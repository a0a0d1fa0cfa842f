package fcvm.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.agent.protocol.ExecRequest;
import fcvm.agent.protocol.ExecSession;
import fcvm.agent.protocol.Frame;
import fcvm.agent.protocol.FrameReader;
import fcvm.agent.protocol.FrameType;
import fcvm.agent.protocol.FrameWriter;
import fcvm.agent.protocol.Hello;
import fcvm.agent.protocol.WindowSize;
import fcvm.linux.FileLock;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PortsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;
  private MachinePaths paths;
  private Ports ports;

  @BeforeEach
  void make() throws Exception {
    paths = new MachinePaths(directory.resolve("m"));
    paths.make();
    ports = new Ports(paths);
  }

  @Test
  void eachConnectionHasAPortOfItsOwn() throws Exception {
    try (FakeMachine _ = new FakeMachine(paths.port(1));
        FakeMachine _ = new FakeMachine(paths.port(2))) {
      assertThat(ports.anyInUse()).isFalse();
      try (PortConnection _ = ports.connect()) {
        assertThat(FileLock.tryExclusive(paths.portLock(1).toString())).isNull();
        try (PortConnection _ = ports.connect()) {
          assertThat(FileLock.tryExclusive(paths.portLock(2).toString())).isNull();
        }
        assertThat(ports.anyInUse()).isTrue();
      }
      assertThat(ports.anyInUse()).isFalse();
    }
  }

  @Test
  void waitsWhileAllAreBusy() throws Exception {
    FileLock[] locks = new FileLock[Ports.COUNT];
    for (int i = 0; i < locks.length; i++) {
      locks[i] = FileLock.exclusive(paths.portLock(i + 1).toString());
    }
    try (FakeMachine _ = new FakeMachine(paths.port(7))) {
      CompletableFuture<PortConnection> waiting = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              waiting.complete(ports.connect());
            } catch (Exception e) {
              waiting.completeExceptionally(e);
            }
          });
      Thread.sleep(100);
      assertThat(waiting).isNotDone();
      locks[6].close();
      waiting.get().close();
    }
    for (FileLock lock : locks) {
      lock.close();
    }
  }

  @Test
  void aMachineThatIsGoneLeavesNoLockBehind() throws Exception {
    assertThatThrownBy(() -> ports.connect()).isInstanceOf(java.io.IOException.class);
    assertThat(ports.anyInUse()).isFalse();
  }

  @Test
  void whatADeadSessionLeftIsSkipped() throws Exception {
    try (FakeMachine machine = new FakeMachine(paths.port(1));
        PortConnection port = ports.connect();
        SocketChannel guest = machine.accept()) {
      Thread agent = Thread.ofPlatform().start(() -> answerAfterRubbish(guest));
      port.hello(PATIENCE);
      ByteArrayOutputStream stdout = new ByteArrayOutputStream();
      ExecSession session =
          new ExecSession(
              port.input(),
              port.output(),
              InputStream.nullInputStream(),
              stdout,
              OutputStream.nullOutputStream());
      session.send(request("echo"));
      assertThat(session.await()).isEqualTo(3);
      assertThat(stdout.toString(UTF_8)).isEqualTo("out");
      agent.join();
    }
  }

  private static void answerAfterRubbish(SocketChannel guest) {
    try {
      OutputStream out = Channels.newOutputStream(guest);
      // The second half of a frame, whole frames, and somebody else's answer.
      out.write(new byte[1000]);
      new FrameWriter(out).write(new Frame(FrameType.STDOUT, "stale".getBytes(UTF_8)));
      new FrameWriter(out).write(Frame.exit(99));
      new FrameWriter(out).write(Hello.now().answer());
      out.write(FrameType.HELLO.code());

      FrameReader frames = new FrameReader(Channels.newInputStream(guest));
      Hello hello = Hello.of(frames.read().payload());
      FrameWriter writer = new FrameWriter(out);
      writer.write(hello.answer());
      ExecRequest request = ExecRequest.read(frames.read(), frames);
      assertThat(request.argv().getFirst()).isEqualTo("echo".getBytes(UTF_8));
      writer.write(new Frame(FrameType.STDOUT, "out".getBytes(UTF_8)));
      writer.write(Frame.exit(3));
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anAgentThatDoesNotAnswerIsGivenUp() throws Exception {
    try (FakeMachine machine = new FakeMachine(paths.port(1));
        PortConnection port = ports.connect();
        SocketChannel _ = machine.accept()) {
      assertThatThrownBy(() -> port.hello(Duration.ofMillis(50)))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("did not answer");
    }
  }

  @Test
  void aMachineThatEndsInsteadOfAnsweringIsNoticed() throws Exception {
    try (FakeMachine machine = new FakeMachine(paths.port(1));
        PortConnection port = ports.connect()) {
      machine.accept().close();
      assertThatThrownBy(() -> port.hello(PATIENCE)).isInstanceOf(java.io.IOException.class);
    }
  }

  private static ExecRequest request(String program) {
    return new ExecRequest(
        ExecRequest.Target.SYSTEM,
        List.of(program.getBytes(UTF_8)),
        List.of(),
        new byte[0],
        "",
        false,
        false,
        WindowSize.UNKNOWN);
  }
}
