package fcvm.agent.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.agent.protocol.Frame;
import fcvm.agent.protocol.FrameReader;
import fcvm.agent.protocol.FrameType;
import fcvm.agent.protocol.FrameWriter;
import fcvm.agent.protocol.Hello;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PortInputTest {
  private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
  private final FrameWriter frames = new FrameWriter(wire);

  private Hello hello() {
    Hello hello = Hello.now();
    wire.writeBytes(hello.preamble());
    return hello;
  }

  private void stdin(String text) throws IOException {
    frames.write(new Frame(FrameType.STDIN, text.getBytes(UTF_8)));
  }

  private PortInput input() {
    return new PortInput(new ByteArrayInputStream(wire.toByteArray()));
  }

  private static String sessionText(PortInput input) throws IOException {
    StringBuilder text = new StringBuilder();
    FrameReader reader = new FrameReader(input);
    Frame frame = reader.read();
    while (frame != null) {
      text.append(new String(frame.payload(), UTF_8));
      frame = reader.read();
    }
    return text.toString();
  }

  @Test
  void sessionsFollowEachOther() throws Exception {
    Hello first = hello();
    stdin("one");
    stdin("and a half");
    Hello second = hello();
    stdin("two");
    PortInput input = input();
    assertThat(input.nextSession().nonce()).isEqualTo(first.nonce());
    assertThat(sessionText(input)).isEqualTo("oneand a half");
    assertThat(input.nextSession().nonce()).isEqualTo(second.nonce());
    assertThat(sessionText(input)).isEqualTo("two");
    assertThat(input.nextSession()).as("the host has hung up").isNull();
  }

  @Test
  void whatASessionDidNotReadIsSkipped() throws Exception {
    hello();
    stdin("never read");
    Hello second = hello();
    stdin("two");
    PortInput input = input();
    input.nextSession();
    assertThat(input.nextSession().nonce()).isEqualTo(second.nonce());
    assertThat(sessionText(input)).isEqualTo("two");
  }

  @Test
  void timeOfDayArrives() throws Exception {
    Hello sent = hello();
    assertThat(input().nextSession().hostTimeNanos()).isEqualTo(sent.hostTimeNanos());
  }

  @Property(tries = 200)
  void aSenderThatDiedAnywhereIsForgotten(@ForAll @IntRange(max = 70_000) int cut)
      throws Exception {
    wire.reset();
    hello();
    int start = wire.size();
    frames.write(new Frame(FrameType.STDIN, new byte[100]));
    frames.write(new Frame(FrameType.STDIN, ones(Frame.MAX_PAYLOAD)));
    byte[] all = wire.toByteArray();
    byte[] stale = Arrays.copyOf(all, Math.min(start + cut, all.length));
    wire.reset();
    wire.writeBytes(stale);
    Hello second = hello();
    stdin("whole");

    PortInput input = input();
    input.nextSession();
    assertThat(input.nextSession().nonce()).isEqualTo(second.nonce());
    assertThat(sessionText(input)).isEqualTo("whole");
  }

  @Property(tries = 500)
  void anyBytesThenAHello(@ForAll @Size(max = 300) byte[] rubbish) throws Exception {
    wire.reset();
    wire.writeBytes(rubbish);
    Hello hello = hello();
    stdin("whole");
    PortInput input = input();
    Hello found = input.nextSession();
    while (found != null && !Arrays.equals(found.nonce(), hello.nonce())) {
      found = input.nextSession();
    }
    assertThat(found).isNotNull();
    assertThat(sessionText(input)).isEqualTo("whole");
  }

  @Test
  void bytesThatComeOneByOneMakeTheSameFrames() throws Exception {
    Hello sent = hello();
    stdin("slow");
    InputStream slow =
        new ByteArrayInputStream(wire.toByteArray()) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, 1));
          }
        };
    PortInput input = new PortInput(slow);
    assertThat(input.nextSession().nonce()).isEqualTo(sent.nonce());
    assertThat(sessionText(input)).isEqualTo("slow");
  }

  @Test
  void aHeaderThatNoFrameHasEndsTheSession() throws Exception {
    hello();
    wire.writeBytes(new byte[] {99, 0, 0, 0, 0, 1, 2, 3});
    Hello second = hello();
    PortInput input = input();
    input.nextSession();
    assertThat(input.readAllBytes()).isEmpty();
    assertThat(input.nextSession().nonce()).isEqualTo(second.nonce());
  }

  private static byte[] ones(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 1);
    return bytes;
  }
}
