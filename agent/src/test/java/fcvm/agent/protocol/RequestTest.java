package fcvm.agent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.agent.protocol.ExecRequest.Target;
import fcvm.agent.protocol.ProtocolException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
  @Provide
  Arbitrary<byte[]> cString() {
    return Arbitraries.bytes().filter(b -> b != 0).array(byte[].class).ofMaxSize(40);
  }

  @Property(tries = 200)
  void anExecRequestComesBackByteForByte(
      @ForAll Target target,
      @ForAll @NotEmpty List<@From("cString") byte[]> argv,
      @ForAll List<@From("cString") byte[]> environment,
      @ForAll boolean interactive,
      @ForAll boolean tty)
      throws IOException {
    ExecRequest request =
        new ExecRequest(
            target,
            argv,
            environment,
            new byte[] {'/', -1},
            "nobody",
            interactive,
            tty,
            new WindowSize(24, 80));
    ExecRequest back = overTheWire(request);
    assertThat(back).usingRecursiveComparison().isEqualTo(request);
  }

  @Property(tries = 200)
  void aRunPlanComesBackByteForByte(
      @ForAll long time,
      @ForAll boolean tty,
      @ForAll @Size(max = 64) List<@From("shared") SharedDirectory> shared,
      @ForAll List<@From("cString") byte[]> options,
      @ForAll List<@From("cString") byte[]> command)
      throws IOException {
    RunPlan plan =
        new RunPlan(
            "c1",
            time,
            "guest",
            !tty,
            tty,
            WindowSize.UNKNOWN,
            shared,
            tty
                ? GuestNetwork.NONE
                : new GuestNetwork(
                    "10.0.2.15", 24, "10.0.2.2", List.of("10.0.2.3", "fd00::3"), List.of("a.b")),
            options,
            "a/b:c@é",
            options,
            command,
            tty,
            !tty);
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    new FrameWriter(wire).write(plan);
    FrameReader reader = reader(wire);
    RunPlan back = RunPlan.read(next(reader), reader);
    assertThat(back).usingRecursiveComparison().isEqualTo(plan);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "10.0.2.3\noptions", "x/y"})
  void aNameServerIsOneWord(String odd) {
    assertThatThrownBy(() -> new GuestNetwork("", 0, "", List.of(odd), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new GuestNetwork("", 0, "", List.of(), List.of(odd)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Provide
  Arbitrary<SharedDirectory> shared() {
    return Combinators.combine(
            Arbitraries.strings().ascii().excludeChars('\0'),
            Arbitraries.strings().ascii().excludeChars('\0'),
            Arbitraries.of(true, false))
        .as((tag, directory, readOnly) -> new SharedDirectory(tag, "/" + directory, readOnly));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_487, 65_488, 65_489, 65_536, 131_072, 1_000_000})
  void requestsOfEveryLengthSpanFrames(int length) throws IOException {
    ExecRequest request = request(new byte[length]);
    assertThat(overTheWire(request).argv().getFirst()).hasSize(length);
  }

  @Property(tries = 100)
  void everyFrameBoundaryIsSafe(@ForAll @IntRange(min = 65_400, max = 65_600) int length)
      throws IOException {
    assertThat(overTheWire(request(new byte[length])).argv().getFirst()).hasSize(length);
  }

  @Test
  void aRequestOverOneMebibyteIsRefusedAndNothingIsSent() {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    assertThatThrownBy(() -> new FrameWriter(wire).write(request(new byte[1 << 20])))
        .isInstanceOfSatisfying(
            ProtocolException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LONG));
    assertThat(wire.size()).isZero();
  }

  @Test
  void aRequestOverOneMebibyteIsRefusedOnReceipt() throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    FrameWriter writer = new FrameWriter(wire);
    for (int i = 0; i < 17; i++) {
      writer.write(new Frame(FrameType.EXEC, new byte[Frame.MAX_PAYLOAD]));
    }
    FrameReader reader = reader(wire);
    Frame first = next(reader);
    assertThatThrownBy(() -> ExecRequest.read(first, reader))
        .isInstanceOfSatisfying(
            ProtocolException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LONG));
  }

  @Property
  void anyBytesAreARequestOrMalformed(@ForAll byte[] encoded) {
    assertMalformedOrDecoded(encoded);
  }

  @Property
  void aChangedByteIsARequestOrMalformed(@ForAll @IntRange(max = 99) int at, @ForAll byte value)
      throws IOException {
    byte[] encoded = request(new byte[60]).encoded();
    encoded[at % encoded.length] = value;
    assertMalformedOrDecoded(encoded);
  }

  @Property
  void aRequestCutShortAndFilledWithPaddingNeverDecodes(@ForAll @IntRange(max = 99) int kept)
      throws IOException {
    byte[] encoded = request(new byte[60]).encoded();
    for (int i = Math.min(kept, encoded.length - 1); i < encoded.length; i++) {
      encoded[i] = 0;
    }
    assertThatThrownBy(() -> ExecRequest.decode(encoded)).isInstanceOf(ProtocolException.class);
  }

  @Test
  void whatNoExecCouldTakeIsNoRequest() {
    assertThatThrownBy(() -> request()).hasMessage("no command");
    assertThatThrownBy(() ->
            new ExecRequest(
                Target.SYSTEM,
                List.of(new byte[] {'a', 0}),
                List.of(),
                new byte[0],
                "",
                false,
                false,
                WindowSize.UNKNOWN))
        .hasMessage("an argument has a NUL byte");
  }

  private static void assertMalformedOrDecoded(byte[] encoded) {
    try {
      assertThat(ExecRequest.decode(encoded).argv()).isNotEmpty();
    } catch (ProtocolException e) {
      assertThat(e.reason()).isEqualTo(Reason.MALFORMED);
    }
    try {
      assertThat(RunPlan.decode(encoded).image()).isNotEmpty();
    } catch (ProtocolException e) {
      assertThat(e.reason()).isEqualTo(Reason.MALFORMED);
    }
  }

  // Filled with letters: a zero would be a NUL.
  private static ExecRequest request(byte[]... argv) {
    for (byte[] argument : argv) {
      Arrays.fill(argument, (byte) 'x');
    }
    return new ExecRequest(
        Target.SYSTEM, List.of(argv), List.of(), new byte[0], "", false, false, WindowSize.UNKNOWN);
  }

  private static ExecRequest overTheWire(ExecRequest request) throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    new FrameWriter(wire).write(request);
    FrameReader reader = reader(wire);
    ExecRequest back = ExecRequest.read(next(reader), reader);
    assertThat(reader.read()).isNull();
    return back;
  }

  private static Frame next(FrameReader reader) throws IOException {
    return Objects.requireNonNull(reader.read());
  }

  private static FrameReader reader(ByteArrayOutputStream wire) {
    return new FrameReader(new ByteArrayInputStream(wire.toByteArray()));
  }
}
