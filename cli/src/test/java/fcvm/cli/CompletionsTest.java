package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionsTest {
  @TempDir Path dir;

  private Path script(String shell) throws Exception {
    Cli cli = new Cli();
    assertThat(cli.run("completions", shell)).isZero();
    return Files.writeString(dir.resolve("fcvm." + shell), cli.out());
  }

  @ParameterizedTest
  @CsvSource({"bash,-n", "zsh,-n", "fish,--no-execute"})
  void theShellAcceptsIt(String shell, String checkOnly) throws Exception {
    Assumptions.assumeTrue(isInstalled(shell), shell + " is not installed");
    assertThat(output(List.of(shell, checkOnly, script(shell).toString()))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fcvm sto| stop",
        "fcvm podman r| run",
        "fcvm machine sto| stop",
        "fcvm --debug machine lis| list",
        "fcvm --arch arm64 doc| doctor",
        "fcvm --arch ar| arm64",
        "fcvm podman run --interac| --interactive",
        "fcvm podman run --name x --timi| --timings",
        "fcvm completions f| fish",
        "fcvm --progress j| json",
      })
  void bashCompletes(String line, String expected) throws Exception {
    Assumptions.assumeTrue(isInstalled("bash"), "bash is not installed");
    assertThat(complete(line)).isEqualTo(expected);
  }

  @Test
  void bashLeavesTheContainersArgumentsAlone() throws Exception {
    Assumptions.assumeTrue(isInstalled("bash"), "bash is not installed");
    assertThat(complete("fcvm podman run busybox --na")).isEmpty();
  }

  @Test
  void everyCommandIsInEveryScript() throws Exception {
    for (String shell : List.of("bash", "zsh", "fish")) {
      String text = Files.readString(script(shell));
      for (Commands.Entry entry : Commands.TABLE) {
        assertThat(text).contains(entry.name().substring(entry.name().indexOf(' ') + 1));
      }
    }
  }

  private String complete(String line) throws Exception {
    String program =
        """
        source "$1"
        COMP_LINE=$2
        COMP_WORDS=($2)
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _fcvm
        echo "${COMPREPLY[*]}"
        """;
    return output(List.of("bash", "-c", program, "bash", script("bash").toString(), line));
  }

  private static boolean isInstalled(String program) {
    return List.of(System.getenv("PATH").split(":")).stream()
        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output.strip();
  }
}
