package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPageTest {
  @TempDir Path dir;

  @Test
  void everyCommandHasAPageWithItsOptions() throws Exception {
    assertThat(new Cli().run("man", "--output", dir.toString())).isZero();
    for (Commands.Entry entry : Commands.TABLE) {
      String page = Files.readString(dir.resolve(ManPage.name(entry.name()) + ".1"));
      assertThat(page).startsWith(".TH FCVM-").contains(".SH NAME\nfcvm\\-");
      entry.spec().options().stream()
          .filter(option -> !option.hidden())
          .forEach(option -> assertThat(page).contains(ManPage.escaped(option.longestName())));
      assertThat(page).doesNotContain(Supervised.OPTION.replace("-", "\\-"));
    }
    try (Stream<Path> pages = Files.list(dir)) {
      assertThat(pages.count()).isEqualTo(Commands.TABLE.size() + 1);
    }
  }

  @Test
  void oneIsPrintedOrTheNearestNameIsSaid() throws Exception {
    Cli cli = new Cli();
    assertThat(cli.run("man", "podman", "run")).isZero();
    assertThat(cli.out()).contains("fcvm\\-podman\\-run");
    Cli wrong = new Cli();
    assertThat(wrong.run("man", "logz")).isEqualTo(125);
    assertThat(wrong.err()).contains("did you mean 'logs'?");
  }

  @Test
  void roffHasNothingToComplainOf() throws Exception {
    Assumptions.assumeTrue(
        Stream.of("/usr/bin/groff", "/bin/groff").anyMatch(file -> Files.exists(Path.of(file))),
        "groff is not installed");
    assertThat(new Cli().run("man", "--output", dir.toString())).isZero();
    try (Stream<Path> pages = Files.list(dir)) {
      for (Path page : pages.toList()) {
        Process groff =
            new ProcessBuilder(List.of("groff", "-man", "-Tutf8", "-ww", "-z", page.toString()))
                .redirectErrorStream(true)
                .start();
        String said = new String(groff.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(groff.waitFor()).isZero();
        assertThat(said).isEmpty();
      }
    }
  }
}
