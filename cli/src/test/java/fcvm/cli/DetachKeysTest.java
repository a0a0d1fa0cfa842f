package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetachKeysTest {
  private boolean detached;

  private String typed(String keys, String text, int atOnce) throws IOException {
    InputStream pieces =
        new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, atOnce));
          }
        };
    byte[] sequence = keys.getBytes(StandardCharsets.ISO_8859_1);
    InputStream in = new DetachKeys(pieces, sequence, () -> detached = true);
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource({
    "pq, abc, abc, false",
    "pq, abpqcd, ab, true",
    "pq, appqx, ap, true",
    "pq, app, app, false",
    "aab, aaab, a, true",
    "aba, abbabax, abb, true",
    "'', pq, pq, false",
  })
  void theyEndTheInput(String keys, String typed, String through, boolean detaches)
      throws Exception {
    for (int atOnce = 1; atOnce < 5; atOnce++) {
      detached = false;
      assertThat(typed(keys, typed, atOnce)).isEqualTo(through);
      assertThat(detached).isEqualTo(detaches);
    }
  }

  @Property
  void whatIsBeforeThemComesThrough(
      @ForAll @CharRange(from = 'a', to = 'b') String keys,
      @ForAll @CharRange(from = 'a', to = 'b') String text,
      @ForAll @IntRange(min = 1, max = 4) int atOnce)
      throws IOException {
    int at = keys.isEmpty() ? -1 : text.indexOf(keys);
    assertThat(typed(keys, text, atOnce)).isEqualTo(at < 0 ? text : text.substring(0, at));
    assertThat(detached).isEqualTo(at >= 0);
    detached = false;
  }

  @Test
  void theyAreWrittenAsPodmanWritesThem() throws Exception {
    assertThat(DetachKeys.parse(DetachKeys.DEFAULT)).containsExactly(0x10, 0x11);
    assertThat(DetachKeys.parse("ctrl-],x")).containsExactly(0x1d, 'x');
    assertThat(DetachKeys.parse("")).isEmpty();
    for (String wrong : List.of("ctrl-", "ctrl-1", "ab", ",", "ctrl-p;ctrl-q")) {
      assertThatThrownBy(() -> DetachKeys.parse(wrong)).isInstanceOf(UsageException.class);
    }
  }
}
