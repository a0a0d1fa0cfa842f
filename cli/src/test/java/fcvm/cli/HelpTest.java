package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Golden help texts. After a change that is meant, `./build -pl cli -am verify
/// -Dfcvm.golden.write=true` writes them anew.
class HelpTest {
  private static final Path SOURCES = Path.of("src/test/resources/fcvm/cli/help");

  static Stream<String> names() {
    List<String> names = new ArrayList<>(List.of("", "bench", "kernel", "machine", "podman"));
    Commands.TABLE.forEach(entry -> names.add(entry.name()));
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void helpIsAsItWasMeant(String name) throws Exception {
    List<String> arguments = new ArrayList<>(name.isEmpty() ? List.of() : List.of(name.split(" ")));
    arguments.add("--help");
    Cli cli = new Cli();
    assertThat(cli.run(arguments.toArray(String[]::new))).isZero();
    assertThat(cli.err()).isEmpty();
    String file = (name.isEmpty() ? "fcvm" : name.replace(' ', '-')) + ".txt";
    if (Boolean.getBoolean("fcvm.golden.write")) {
      Files.createDirectories(SOURCES);
      Files.writeString(SOURCES.resolve(file), cli.out());
    }
    assertThat(cli.out()).isEqualTo(golden(file));
  }

  @Test
  void noHelpIsForACommandThatIsGone() throws Exception {
    try (Stream<Path> files = Files.list(SOURCES)) {
      assertThat(files.count()).isEqualTo(names().count());
    }
  }

  private static String golden(String file) throws Exception {
    if (Boolean.getBoolean("fcvm.golden.write")) {
      return Files.readString(SOURCES.resolve(file));
    }
    try (InputStream in = HelpTest.class.getResourceAsStream("help/" + file)) {
      assertThat(in).as("golden text help/" + file).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
