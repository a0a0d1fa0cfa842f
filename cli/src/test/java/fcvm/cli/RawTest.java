package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RawTest {
  @Test
  void theArgumentsOfThisProcessEndAsTheKernelHasThem() {
    List<String> all = Raw.arguments(new String[] {""});
    assertThat(all).hasSize(1);
  }

  @Test
  void moreArgumentsThanTheKernelKnowsAreTakenAsTheyAre() {
    String[] many = new String[100_000];
    java.util.Arrays.fill(many, "ä");
    assertThat(Raw.arguments(many)).hasSize(many.length).contains("\u00c3\u00a4");
  }

  @Test
  void theEnvironmentIsTheKernels() {
    assertThat(Raw.environment("PATH").map(Raw::text)).contains(System.getenv("PATH"));
    assertThat(Raw.environment("FCVM_NOT_SET_ANYWHERE")).isEmpty();
  }

  @Property
  void anyBytesSurvive(@ForAll byte[] bytes) {
    String raw = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(Raw.bytes(raw)).isEqualTo(bytes);
  }
}
