package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.provision.Progress;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private long now;

  /// A clock that moves 3 s each time somebody looks.
  private long later() {
    now += 3_000_000_000L;
    return now;
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void plainIsALinePerStep() {
    Streams streams = new Streams(InputStream.nullInputStream(), bytes, bytes);
    try (Progress.Step step = new PlainProgress(streams).begin("downloading")) {
      step.progress(1, 2);
    }
    assertThat(text()).isEqualTo("fcvm: downloading\n");
  }

  @Test
  void plainTellsWhatTookLongFromWhatWasGivenUp() {
    Streams streams = new Streams(InputStream.nullInputStream(), bytes, bytes);
    Progress progress = new PlainProgress(streams, this::later);
    try (Progress.Step step = progress.begin("building")) {
      step.done();
    }
    progress.begin("downloading").end();
    assertThat(text())
        .isEqualTo(
            """
            fcvm: building
            fcvm: building: took 3.0 s
            fcvm: downloading
            fcvm: downloading: given up after 3.0 s
            """);
  }

  @Test
  void aBarTellsWhatTookLongFromWhatWasGivenUp() {
    Progress progress = new BarProgress(bytes, 60, this::later);
    try (Progress.Step step = progress.begin("building")) {
      step.done();
    }
    progress.begin("downloading").end();
    assertThat(text()).containsSubsequence("✔ building (", "✘ downloading (").endsWith("s)\n");
  }

  @Test
  void jsonIsALinePerEvent() {
    Progress progress = new JsonProgress(bytes);
    try (Progress.Step step = progress.begin("down\"loading")) {
      step.progress(1, 2);
      step.done();
    }
    progress.begin("given up").end();
    assertThat(text().lines())
        .hasSize(5)
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .isEqualTo("{\"step\":1,\"event\":\"begin\",\"what\":\"down\\\"loading\"}"),
            line ->
                assertThat(line)
                    .isEqualTo("{\"step\":1,\"event\":\"progress\",\"done\":1,\"total\":2}"),
            line ->
                assertThat(line)
                    .matches("\\{\"step\":1,\"event\":\"end\",\"millis\":\\d+,\"done\":true}"),
            line -> assertThat(line).contains("\"step\":2,\"event\":\"begin\""),
            line -> assertThat(line).startsWith("{\"step\":2").endsWith("\"done\":false}"));
  }

  @Test
  void aBarLeavesACleanLine() {
    Progress progress = new BarProgress(bytes, 60);
    Progress.Step step = progress.begin("downloading something that has a very long name indeed");
    step.end();
    step.end();
    assertThat(text()).startsWith("\r\033[K… downloading").endsWith("\r\033[K");
    for (String line : text().split("\r\033\\[K", -1)) {
      assertThat(line.length()).isLessThan(60);
    }
  }
}
