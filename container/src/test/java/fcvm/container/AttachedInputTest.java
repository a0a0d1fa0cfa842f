package fcvm.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AttachedInputTest {
  private final AttachedInput input = new AttachedInput();

  private void type(String text) throws InterruptedException {
    input.put(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String read(InputStream in) throws IOException {
    byte[] bytes = new byte[100];
    int length = in.read(bytes, 0, bytes.length);
    return length < 0 ? "end" : new String(bytes, 0, length, StandardCharsets.US_ASCII);
  }

  @Test
  void whatIsTypedIsReadInItsOrderUntilItEnds() throws Exception {
    InputStream life = input.forOneLife();
    type("one");
    type("two");
    input.end();
    assertThat(life.read()).isEqualTo('o');
    assertThat(read(life)).isEqualTo("ne");
    assertThat(read(life)).isEqualTo("two");
    assertThat(read(life)).isEqualTo("end");
  }

  /// Else the thread of a life that is over would take what the next one is told.
  @Test
  void aLifeThatIsOverTakesNothing() throws Exception {
    InputStream first = input.forOneLife();
    CompletableFuture<String> waiting =
        CompletableFuture.supplyAsync(() -> {
          try {
            return read(first);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    first.close();
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo("end");
    type("for the second");
    assertThat(read(first)).isEqualTo("end");
    assertThat(read(input.forOneLife())).isEqualTo("for the second");
  }
}
