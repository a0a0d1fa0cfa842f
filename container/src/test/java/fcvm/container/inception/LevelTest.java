package fcvm.container.inception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.Arch;
import fcvm.vmm.Nesting;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

class LevelTest {
  private static final String SAID =
      """
      7.3.4-nested
      1b4e28ba-2fa1-11d2-883f-0016d3cca427
      2
      svm
      [    0.000000] Booting Linux on physical CPU 0x0000000000 [0x000f0510]
      [    0.012345] CPU: All CPU(s) started at EL2
      [    0.400000] kvm [1]: nv: 570 coarse grained trap handlers
      [    0.400001] kvm [1]: VHE mode initialized successfully
      [    0.500000] kvm_amd: Nested Virtualization enabled
      [    0.500001] kvm_amd: Nested Paging enabled
      [    0.600000] kvm-clock: using sched offset of 12 cycles
      """;

  @Test
  void isWhatItsKernelSays() throws IOException {
    Level level = Level.parse(1, SAID);
    assertThat(level.kernel()).isEqualTo("7.3.4-nested");
    assertThat(level.bootId()).startsWith("1b4e28ba");
    assertThat(level.cpus()).isEqualTo(2);
    assertThat(level.privilege()).isEqualTo(Arch.current() == Arch.ARM64 ? "EL2" : "SVM");
    assertThat(level.kvm())
        .isEqualTo(
            "VHE mode initialized successfully, Nested Virtualization enabled, Nested Paging"
                + " enabled");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb\nc\nd\n", "a\nb\n2\n"})
  void whatSaysSomethingElseIsRefused(String text) {
    assertThatThrownBy(() -> Level.parse(1, text))
        .isInstanceOf(IOException.class)
        .hasMessage("level 1 does not tell what it is");
  }

  @Test
  void theLevelThatThisProcessIsInHasABootId() throws IOException {
    Level here = Level.here(0);
    assertThat(here.bootId()).matches("[0-9a-f-]{36}");
    assertThat(here.kernel()).isEqualTo(System.getProperty("os.version"));
  }

  @Test
  void aReportIsReadAsItWasWritten() throws IOException {
    Level level = Level.parse(1, SAID).timed(Map.of("kernel_boot", 1234.0));
    InceptionReport report = new InceptionReport(List.of(level, level), "a\n\"b\" é\n", 7);
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      report.write(json);
    }
    assertThat(InceptionReport.parse(text.toString())).isEqualTo(report);
    assertThat(report.table()).hasSize(3);
    assertThat(report.table().get(1)).contains("in 1.2 s", "7.3.4-nested");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{", "{\"levels\":[{\"cpus\":", "null", "{}", "{\"exitCode\":\"x\"}"})
  void anythingElseIsNoReport(String text) {
    assertThatThrownBy(() -> InceptionReport.parse(text)).isInstanceOf(IOException.class);
  }

  @Test
  void aGuestCannotWriteToTheTerminal() throws IOException {
    Level level = Level.parse(1, "\033[2Jx\nid\n2\nsvm\n");
    assertThat(level.kernel()).isEqualTo("?[2Jx");
    assertThat(Level.parse(1, "y".repeat(1000) + "\nid\n2\nsvm\n").kernel()).hasSize(200);
  }

  @Test
  void theNextLevelIsAskedForLess() {
    byte[] word = "true".getBytes(StandardCharsets.UTF_8);
    InceptionOptions options =
        new InceptionOptions(0, 3, Nesting.VHE, 2, 1, 512, "image", List.of(word));
    assertThat(options.memoryMib()).isEqualTo(512 + 2 * 1024);
    assertThat(options.kernelArguments()).isEqualTo("kvm-arm.mode=nested");
    InceptionOptions next = options.next();
    assertThat(next.level()).isEqualTo(1);
    assertThat(next.nextNesting()).isEqualTo(Nesting.VHE);
    assertThat(next.kernelArguments()).isEmpty();
    assertThat(next.next().nextNesting()).isEqualTo(Nesting.OFF);
    assertThat(next.next().memoryMib()).isEqualTo(512);
    assertThat(text(next.arguments()))
        .isEqualTo(
            "--level 1 --depth 2 --mode vhe --cpus 2 --inner-cpus 1 --mem 512 -- image true");
  }

  private static String text(List<byte[]> words) {
    return String.join(
        " ", words.stream().map(word -> new String(word, StandardCharsets.UTF_8)).toList());
  }
}
