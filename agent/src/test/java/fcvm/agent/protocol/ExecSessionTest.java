package fcvm.agent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the host does with what a guest says, whoever the guest is.
class ExecSessionTest {
  private final ByteArrayOutputStream fromGuest = new ByteArrayOutputStream();
  private final FrameWriter guest = new FrameWriter(fromGuest);
  private final ByteArrayOutputStream toGuest = new ByteArrayOutputStream();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Event> events = new ArrayList<>();

  @Test
  void outputGoesWhereItBelongsAndTheExitCodeComesBack() throws IOException {
    guest.write(new Event("started", 5).frame());
    guest.write(Frame.empty(FrameType.STARTED));
    guest.write(new Frame(FrameType.STDOUT, new byte[] {0, -1}));
    guest.write(new Frame(FrameType.STDERR, new byte[] {1}));
    guest.write(Frame.exit(137));
    assertThat(await()).isEqualTo(137);
    assertThat(out.toByteArray()).containsExactly(0, -1);
    assertThat(err.toByteArray()).containsExactly(1);
    assertThat(events).containsExactly(new Event("started", 5));
    FrameReader said = new FrameReader(new ByteArrayInputStream(toGuest.toByteArray()));
    assertThat(said.read()).hasToString("BYE[0]");
  }

  @Test
  void anErrorIsToldAsPodmanTellsIt() throws IOException {
    guest.write(Frame.error(127, "no such program"));
    assertThat(await()).isEqualTo(127);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("Error: no such program\n");
  }

  @Test
  void aConnectionThatBreaksIsAnError() throws IOException {
    guest.write(Frame.empty(FrameType.STARTED));
    assertThatThrownBy(this::await)
        .isInstanceOf(ProtocolException.class)
        .hasMessage("the connection to the guest ended before the command did");
  }

  @Test
  void aGuestMayNotAskForCommands() throws IOException {
    guest.write(Frame.number(FrameType.SIGNAL, 9));
    assertThatThrownBy(this::await).hasMessage("the guest sent SIGNAL");
  }

  private int await() throws IOException {
    return new ExecSession(
            new FrameReader(new ByteArrayInputStream(fromGuest.toByteArray())),
            new FrameWriter(toGuest),
            InputStream.nullInputStream(),
            out,
            err,
            events::add)
        .await();
  }
}
