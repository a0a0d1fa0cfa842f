package fcvm.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
  @Test
  void ofTheSameNameTheLastCounts() {
    byte[] odd = {(byte) 0xff, '=', (byte) 0xfe};
    byte[] other = {(byte) 0xfe, '=', 1};
    List<byte[]> entries =
        new Environment().put("A=1").put(odd).put("A=2").put(other).put("AB=3").entries();
    assertThat(entries).containsExactly(bytes("A=2"), odd, other, bytes("AB=3"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
