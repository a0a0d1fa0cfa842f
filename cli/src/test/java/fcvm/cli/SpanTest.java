package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpanTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @ParameterizedTest
  @CsvSource({"30s, PT30S", "1h30m, PT1H30M", "500ms, PT0.5S", "1.5s, PT1.5S", "0, PT0S"})
  void aSpanIsRead(String text, Duration span) throws Exception {
    assertThat(Span.parse("--x", text)).isEqualTo(span);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "s", "1h-3m", "soon", "1 s"})
  void somethingElseIsNot(String text) {
    assertThatThrownBy(() -> Span.parse("--x", text))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--x: ");
  }

  @ParameterizedTest
  @CsvSource({
    "10m, 2026-01-02T02:54:05Z",
    "2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z",
    "2026-01-01T01:00:00+01:00, 2026-01-01T00:00:00Z",
    "1767225600, 2026-01-01T00:00:00Z",
    "0, 1970-01-01T00:00:00Z",
  })
  void aPointIsRead(String text, Instant point) throws Exception {
    assertThat(Span.point("--since", text, NOW)).isEqualTo(point);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "2026-13-01", "12:00"})
  void anotherPointIsNot(String text) {
    assertThatThrownBy(() -> Span.point("--since", text, NOW)).isInstanceOf(UsageException.class);
  }
}
