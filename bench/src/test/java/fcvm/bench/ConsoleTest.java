package fcvm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final List<String> lines = new ArrayList<>();
  private final Console console = new Console(lines::add);

  private void print(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    console.write(bytes, 0, bytes.length);
  }

  @Test
  void cutsWhatComesIntoLines() {
    print("one\r\nt");
    print("wo\n\n  \nthree");
    assertThat(lines).containsExactly("one", "two");
  }

  @Test
  void keepsNoMoreOfALineThanItsBeginning() {
    print("x".repeat(100_000) + "\n");
    assertThat(lines).containsExactly("x".repeat(Console.LINE_CHARACTERS));
  }

  @Test
  void keepsTheLastLines() {
    for (int i = 1; i <= 9; i++) {
      print(i + "\n");
    }
    assertThat(console.lastWords()).isEqualTo("5\n6\n7\n8\n9");
  }

  @Property
  void whateverAGuestPrintsIsHarmless(@ForAll byte[] bytes) {
    console.write(bytes, 0, bytes.length);
    assertThat(console.lastWords()).matches("[\\n\\x20-\\x7e]*");
    assertThat(lines).allMatch(line -> line.length() <= Console.LINE_CHARACTERS);
  }
}
