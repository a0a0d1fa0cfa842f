package fcvm.agent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.agent.protocol.ProtocolException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FrameTest {
  @Property(tries = 200)
  void whatIsWrittenIsRead(
      @ForAll List<@Size(max = 3000) byte[]> payloads, @ForAll @IntRange(max = 3) int padding)
      throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    FrameWriter writer = new FrameWriter(wire);
    for (byte[] payload : payloads) {
      wire.write(new byte[padding]);
      writer.write(new Frame(FrameType.STDOUT, payload));
    }
    List<byte[]> read = new ArrayList<>();
    FrameReader reader = reader(wire.toByteArray());
    for (Frame frame; (frame = reader.read()) != null; ) {
      assertThat(frame.type()).isEqualTo(FrameType.STDOUT);
      read.add(frame.payload());
    }
    assertThat(read).containsExactlyElementsOf(payloads);
  }

  @Property
  void anyBytesAreFramesOrAProtocolException(@ForAll byte[] wire) throws IOException {
    FrameReader reader = reader(wire);
    int bytes = 0;
    try {
      for (Frame frame; (frame = reader.read()) != null; ) {
        bytes += Frame.HEADER + frame.payload().length;
      }
    } catch (ProtocolException e) {
      assertThat(e.reason()).isIn(Reason.UNKNOWN_TYPE, Reason.TOO_LONG, Reason.TRUNCATED);
    }
    assertThat(bytes).isLessThanOrEqualTo(wire.length);
  }

  @Test
  void aLengthOverTheLimitIsRefusedBeforeItIsAllocated() {
    assertThatThrownBy(() -> reader(new byte[] {7, 0x7f, -1, -1, -1}).read())
        .isInstanceOfSatisfying(
            ProtocolException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LONG));
    assertThatThrownBy(() -> reader(new byte[] {7, -1, -1, -1, -1}).read())
        .hasMessageContaining("4294967295");
  }

  @Test
  void aFrameThatBreaksOffIsTruncated() {
    assertThatThrownBy(() -> reader(new byte[] {7, 0, 0, 0, 2, 1}).read())
        .isInstanceOfSatisfying(
            ProtocolException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TRUNCATED));
  }

  @Property(tries = 100)
  void paddingFinishesWhateverAFrameLeftOpen(@ForAll @IntRange(min = 1, max = 65_541) int sent)
      throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    new FrameWriter(whole).write(new Frame(FrameType.STDIN, new byte[Frame.MAX_PAYLOAD]));
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    wire.write(whole.toByteArray(), 0, sent);
    wire.write(new byte[Frame.HEADER + Frame.MAX_PAYLOAD]);
    new FrameWriter(wire).write(new Frame(FrameType.HELLO, new byte[Frame.NONCE]));
    FrameReader reader = reader(wire.toByteArray());
    assertThat(reader.read()).extracting(Frame::type).isEqualTo(FrameType.STDIN);
    assertThat(reader.read()).extracting(Frame::type).isEqualTo(FrameType.HELLO);
    assertThat(reader.read()).isNull();
  }

  @Test
  void longBytesTakeSeveralFrames() throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    new FrameWriter(wire).write(FrameType.STDIN, new byte[70_003], 3, 70_000);
    FrameReader reader = reader(wire.toByteArray());
    assertThat(reader.read()).hasToString("STDIN[65536]");
    assertThat(reader.read()).hasToString("STDIN[4464]");
    assertThat(reader.read()).isNull();
  }

  @Property
  void numbersSizesErrorsAndEventsComeBack(
      @ForAll int number, @ForAll String text, @ForAll long nanos) throws IOException {
    assertThat(Frame.exit(number).number()).isEqualTo(number);
    assertThat(Frame.error(number, "é" + text).number()).isEqualTo(number);
    assertThat(Frame.error(126, "é, no such file").text()).isEqualTo("é, no such file");
    assertThat(Event.of(new Event("ready", nanos).frame())).isEqualTo(new Event("ready", nanos));
  }

  @Property
  void aSizeIsWhatATerminalCanHave(@ForAll int rows, @ForAll int columns) throws IOException {
    WindowSize size = WindowSize.clamped(rows, columns);
    assertThat(Frame.resize(size).size()).isEqualTo(size);
  }

  @Property
  void anyPayloadOfAControlFrameDecodesOrIsMalformed(
      @ForAll FrameType type, @ForAll @Size(max = 20) byte[] payload) {
    Frame frame = new Frame(type, payload);
    assertDecodesOrMalformed(frame::number);
    assertDecodesOrMalformed(frame::text);
    assertDecodesOrMalformed(frame::size);
    assertDecodesOrMalformed(() -> Event.of(frame));
  }

  private interface Decoding {
    Object decode() throws ProtocolException;
  }

  private static void assertDecodesOrMalformed(Decoding decoding) {
    try {
      assertThat(decoding.decode()).isNotNull();
    } catch (ProtocolException e) {
      assertThat(e.reason()).isEqualTo(Reason.MALFORMED);
    }
  }

  private static FrameReader reader(byte[] wire) {
    return new FrameReader(new ByteArrayInputStream(wire));
  }
}
