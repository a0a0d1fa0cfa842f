package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.provision.Progress;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

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
  void jsonIsALinePerEvent() {
    Progress progress = new JsonProgress(bytes);
    try (Progress.Step step = progress.begin("down\"loading")) {
      step.progress(1, 2);
    }
    assertThat(text().lines())
        .hasSize(3)
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .isEqualTo("{\"step\":1,\"event\":\"begin\",\"what\":\"down\\\"loading\"}"),
            line ->
                assertThat(line)
                    .isEqualTo("{\"step\":1,\"event\":\"progress\",\"done\":1,\"total\":2}"),
            line -> assertThat(line).startsWith("{\"step\":1,\"event\":\"end\",\"millis\":"));
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
